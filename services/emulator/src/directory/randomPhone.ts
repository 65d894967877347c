/** Beginnings of mobile numbers by country, with an `x` for each digit that is free. */
const MOBILES: Readonly<Record<string, readonly string[]>> = {
  BY: ['+37525xxxxxxx', '+37529xxxxxxx', '+37533xxxxxxx', '+37544xxxxxxx'],
  RU: ['+7903xxxxxxx', '+7916xxxxxxx', '+7921xxxxxxx'],
  KZ: ['+7701xxxxxxx', '+7777xxxxxxx'],
  PL: ['+48501xxxxxx', '+48601xxxxxx', '+48691xxxxxx'],
  LT: ['+37061xxxxxx', '+37068xxxxxx'],
  LV: ['+37120xxxxxx', '+37129xxxxxx'],
  EE: ['+37251xxxxxx', '+37253xxxxxx'],
  UA: ['+38050xxxxxxx', '+38067xxxxxxx', '+38093xxxxxxx'],
  DE: ['+4915112xxxxxx', '+4917012xxxxx'],
  GE: ['+995555xxxxxx', '+995577xxxxxx'],
};

/** The countries that there are numbers of, by ISO code. */
export const countries = Object.keys(MOBILES);

/**
 * A mobile number as the country has them, E.164.
 *
 * @param pick a whole number from 0 to below its argument
 * @returns one of Belarus for a country that is not known
 */
export function randomPhone(country: string, pick: (below: number) => number): string {
  const patterns = MOBILES[country.toUpperCase()] ?? MOBILES['BY'] ?? [];
  const pattern = patterns[pick(patterns.length)] ?? '';
  // Subscribers' numbers begin with 1 to 9 nearly everywhere.
  const withFirst = pattern.replace('x', () => String(1 + pick(9)));
  return withFirst.replaceAll('x', () => String(pick(10)));
}
