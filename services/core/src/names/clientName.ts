import { displayName } from '@live-calls/shared/contracts';
import type { Customer } from '@live-calls/shared/db';
import { isPlaceholder } from '../notify/text/placeholder.js';

type Names = Pick<Customer, 'last_name' | 'first_name' | 'middle_name' | 'enterprise_name'>;

/** CRMs name clients whom nobody has named by their phone, which stands beside the name anyway. */
const PHONE = /^[\d\s()+-]{7,}$/;

/** Company, else full name, as the CRM knows it, else as we do; null when nobody knows. */
export const clientNameOf = (customer: Customer | undefined): string | null =>
  displayName(real(customer?.profile)) ?? displayName(real(customer));

function real(names: Names | null | undefined): Names | undefined {
  if (!names) return undefined;
  const { last_name, first_name, middle_name, enterprise_name } = names;
  return {
    last_name: realOrNull(last_name),
    first_name: realOrNull(first_name),
    middle_name: realOrNull(middle_name),
    enterprise_name: realOrNull(enterprise_name),
  };
}

const realOrNull = (name: string | null): string | null =>
  name === null || isPlaceholder(name) || PHONE.test(name.trim()) ? null : name;
