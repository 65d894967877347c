import { CUSTOMERS, type Customer } from '../crm/people.js';
import { USER_IDS } from './portal.js';

const WHEN = '2026-01-12T10:00:00+03:00';

export const contactId = ({ n }: Customer): number => 100 + n;
const companyId = ({ n }: Customer): number => 200 + n;

/** Everybody writes phones down differently; the search by number compares them as they stand here. */
export function storedPhone({ n, phone }: Customer): string {
  return n === 2 ? phone.slice(1) : phone;
}

export interface Entity {
  kind: 'CONTACT' | 'COMPANY';
  id: number;
  customer: Customer;
}

/** 3 contact, 4 company; there are no leads (1) but those that calls create. */
export const ENTITY_TYPE_IDS: Readonly<Record<number, Entity['kind'] | 'LEAD'>> = {
  1: 'LEAD',
  3: 'CONTACT',
  4: 'COMPANY',
};

/** Contacts first, then companies. */
export const ENTITIES: readonly Entity[] = [
  ...CUSTOMERS.map((customer): Entity => ({ kind: 'CONTACT', id: contactId(customer), customer })),
  ...CUSTOMERS.filter(({ company }) => company !== null).map((customer): Entity => {
    return { kind: 'COMPANY', id: companyId(customer), customer };
  }),
];

export function assignedTo({ manager }: Customer): number {
  return USER_IDS[manager] ?? 1;
}

/** As `crm.item.get` and `crm.item.list` show it. */
export function describeItem({ kind, id, customer }: Entity): Readonly<Record<string, unknown>> {
  const { lastName, firstName, middleName, company } = customer;
  const phone = storedPhone(customer);
  const names =
    kind === 'COMPANY'
      ? { title: company }
      : { name: firstName, lastName, secondName: middleName, companyId: company === null ? 0 : companyId(customer) };
  return {
    id,
    createdTime: WHEN,
    updatedTime: WHEN,
    createdBy: 31,
    updatedBy: 31,
    assignedById: assignedTo(customer),
    opened: 'Y',
    ...names,
    hasPhone: 'Y',
    hasEmail: 'N',
    phone,
    phoneWork: phone,
    phoneMobile: '',
    fm: [{ id: 1_000 + id, valueType: 'WORK', value: phone, typeId: 'PHONE' }],
    entityTypeId: kind === 'COMPANY' ? 4 : 3,
  };
}

/** As the older `crm.contact.get` and `crm.company.get` show it. */
export function describeLegacy({ kind, id, customer }: Entity): object {
  const { lastName, firstName, middleName, company } = customer;
  const names =
    kind === 'COMPANY'
      ? { TITLE: company, COMPANY_TYPE: 'CUSTOMER' }
      : {
          ...{ NAME: firstName, LAST_NAME: lastName, SECOND_NAME: middleName },
          COMPANY_ID: company === null ? null : String(companyId(customer)),
        };
  return {
    ID: String(id),
    ...names,
    HAS_PHONE: 'Y',
    HAS_EMAIL: 'N',
    ASSIGNED_BY_ID: String(assignedTo(customer)),
    CREATED_BY_ID: '31',
    MODIFY_BY_ID: '31',
    DATE_CREATE: WHEN,
    DATE_MODIFY: WHEN,
    OPENED: 'Y',
    PHONE: [{ ID: String(1_000 + id), VALUE_TYPE: 'WORK', VALUE: storedPhone(customer), TYPE_ID: 'PHONE' }],
  };
}
