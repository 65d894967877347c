import type { ClientProfile } from '@live-calls/shared/contracts';
import { readNumber } from '@live-calls/shared/phone';
import { extensionOfEmployee, idIn, type Config } from './people.js';
import type { Counterparty } from './shapes.js';

/** Phones are free text: other digits may come before the number itself. */
const COMPARED_DIGITS = 10;

/**
 * What a counterparty says of the owner of a phone.
 *
 * @param phone E.164
 * @param country ISO 3166-1 alpha-2, of national spellings
 * @returns undefined: neither the counterparty nor one of its contact persons has this phone
 */
export function profileOf(
  row: Counterparty,
  phone: string,
  country: string,
  config: Config,
): ClientProfile | undefined {
  const person = row.contactpersons?.rows?.find((each) => hasPhone(each.phone, phone, country));
  if (person === undefined && !hasPhone(row.phone, phone, country)) return undefined;
  const owner = row.owner?.meta.href;
  return {
    ...(row.companyType === 'individual' ? namesOfPerson(row) : namesInCompany(row, person?.name)),
    extension: (owner === undefined ? undefined : extensionOfEmployee(config, idIn(owner))) ?? null,
  };
}

type Names = Omit<ClientProfile, 'extension'>;

/** Somebody who is no company: by name, when the fields are empty by what the card is called. */
function namesOfPerson(row: Counterparty): Names {
  const fields = fullName([row.legalLastName, row.legalFirstName, row.legalMiddleName]);
  const isKnown = fields.last_name !== null || fields.first_name !== null;
  return { ...(isKnown ? fields : splitName(row.name)), enterprise_name: null };
}

function namesInCompany(row: Counterparty, contact: string | null | undefined): Names {
  const own = fullName([row.legalLastName, row.legalFirstName, row.legalMiddleName]);
  const isOne = row.companyType === 'entrepreneur';
  const nobody = fullName([]);
  return { ...(contact ? splitName(contact) : isOne ? own : nobody), enterprise_name: known(row.name) };
}

/** «Фамилия Имя Отчество»; one word is a first name to nobody in particular: the last name shows it as well. */
function splitName(name: string): Omit<Names, 'enterprise_name'> {
  const [last, first, ...middle] = name.trim().split(/\s+/);
  return fullName([last, first, middle.join(' ')]);
}

function fullName([last, first, middle]: readonly (string | null | undefined)[]): Omit<Names, 'enterprise_name'> {
  return { last_name: known(last), first_name: known(first), middle_name: known(middle) };
}

function known(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

function hasPhone(text: string | null | undefined, phone: string, country: string): boolean {
  const wanted = phone.slice(1);
  return (text ?? '').split(/[,;/]|доб|вн|ext|#/i).some((part) => {
    const digits = part.replace(/\D/g, '');
    const isLong = Math.min(digits.length, wanted.length) >= COMPARED_DIGITS;
    return (
      (isLong && digits.slice(-COMPARED_DIGITS) === wanted.slice(-COMPARED_DIGITS)) ||
      readNumber(part.trim(), country) === phone
    );
  });
}
