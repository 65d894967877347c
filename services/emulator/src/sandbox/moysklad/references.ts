import { CUSTOMERS, MANAGERS, type Customer, type Manager } from '../crm/people.js';

/** A reference to another object. */
export interface Meta {
  href: string;
  type: string;
  mediaType: 'application/json';
}

export const REMAP = '/api/remap/1.2';
export const PHONE = '/api/phone/1.0';

const ids = (kind: string, n: number): string => `00000000-0000-4000-${kind}-${String(n).padStart(12, '0')}`;

export const employeeId = ({ n }: Manager): string => ids('8e00', n);
export const counterpartyId = ({ n }: Customer): string => ids('8c00', n);
export const contactPersonId = ({ n }: Customer): string => ids('8d00', n);

export function findEmployee(id: string): Manager | undefined {
  return MANAGERS.find((manager) => employeeId(manager) === id);
}

export function findCounterparty(id: string): Customer | undefined {
  return CUSTOMERS.find((customer) => counterpartyId(customer) === id);
}

/** The last part of a reference's address. */
export function idIn({ href }: { href: string }): string {
  return href.slice(href.lastIndexOf('/') + 1);
}

/** @param origin address of the sandbox, so that whoever follows the reference comes back */
export function metaOf(origin: string, type: string, path: string): Meta {
  return { href: `${origin}${path}`, type, mediaType: 'application/json' };
}

export function employeeMeta(origin: string, manager: Manager): Meta {
  return metaOf(origin, 'employee', `${REMAP}/entity/employee/${employeeId(manager)}`);
}

export function counterpartyMeta(origin: string, customer: Customer): Meta {
  return metaOf(origin, 'counterparty', `${REMAP}/entity/counterparty/${counterpartyId(customer)}`);
}
