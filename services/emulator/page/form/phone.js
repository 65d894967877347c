/** Phone numbers as people write them in the countries that clients call from. */

/** code; how many digits follow it; how they are written: `0` stands for a digit. */
const COUNTRIES = [
  { iso: 'BY', name: 'Беларусь', code: '375', digits: [9], shape: '(00) 000-00-00' },
  { iso: 'RU', name: 'Россия', code: '7', digits: [10], shape: '(000) 000-00-00' },
  { iso: 'KZ', name: 'Казахстан', code: '7', digits: [10], shape: '(000) 000-00-00', begins: /^[67]/ },
  { iso: 'PL', name: 'Польша', code: '48', digits: [9], shape: '000 000 000' },
  { iso: 'LT', name: 'Литва', code: '370', digits: [8], shape: '(000) 00-000' },
  { iso: 'LV', name: 'Латвия', code: '371', digits: [8], shape: '00 000 000' },
  { iso: 'UA', name: 'Украина', code: '380', digits: [9], shape: '(00) 000-00-00' },
  { iso: 'EE', name: 'Эстония', code: '372', digits: [7, 8], shape: '0000 0000' },
  { iso: 'GE', name: 'Грузия', code: '995', digits: [9], shape: '000 00-00-00' },
  { iso: 'DE', name: 'Германия', code: '49', digits: [10, 11], shape: '0000 0000000' },
];

/** What can be chosen, in the order in which people need it. */
export const countries = COUNTRIES.map(({ iso, name, code }) => ({ iso, name: `${name} +${code}` }));

/** What was typed, as E.164: `8 (029) 123-45-67` and `00375…` become `+375…`; letters stay, to be complained about. */
export function normalised(text) {
  const bare = text.trim().replace(/[\s().-]/g, '');
  return bare
    .replace(/^00/, '+')
    .replace(/^80(?=\d{9}$)/, '+375')
    .replace(/^8(?=\d{10}$)/, '+7')
    .replace(/^(?=\d{7,}$)/, '+');
}

/** @returns {string | undefined} what is wrong with a number in E.164, in a sentence */
export function phoneProblem(phone) {
  if (phone === '') return 'Введите номер телефона';
  if (!/^\+?\d+$/.test(phone)) return 'В номере могут быть только цифры, пробелы, скобки и дефисы';
  if (!phone.startsWith('+')) return 'Начните номер с + и кода страны';
  const country = countryOf(phone);
  if (country === undefined) return /^\+[1-9]\d{6,14}$/.test(phone) ? undefined : 'Номер слишком короткий или длинный';
  const given = phone.length - 1 - country.code.length;
  if (country.digits.includes(given)) return undefined;
  return `${country.name}: после +${country.code} нужно ${country.digits.join(' или ')} цифр, а здесь ${given}`;
}

/** A number in E.164 as its country writes it; what is no such number stays as it is. */
export function formatted(phone) {
  const country = countryOf(phone);
  if (country === undefined || phoneProblem(phone) !== undefined) return phone;
  const digits = [...phone.slice(1 + country.code.length)];
  const filled = country.shape.replace(/0/g, () => digits.shift() ?? '');
  return `+${country.code} ${filled}${digits.join('')}`.trim();
}

/** The country of a number in E.164. */
export function countryOf(phone) {
  const all = COUNTRIES.filter(({ code }) => phone.startsWith(`+${code}`));
  const special = all.find(({ code, begins }) => begins?.test(phone.slice(1 + code.length)));
  return special ?? all.find(({ begins }) => begins === undefined);
}
