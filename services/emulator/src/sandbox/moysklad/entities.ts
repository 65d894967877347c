import { findManager, fullName, type Customer, type Manager } from '../crm/people.js';
import {
  contactPersonId,
  counterpartyId,
  counterpartyMeta,
  employeeId,
  employeeMeta,
  metaOf,
  REMAP,
  type Meta,
} from './references.js';

const ACCOUNT_ID = '00000000-0000-4000-8a00-000000000001';
const WHEN = '2026-01-12 10:00:00.000';

/** How a phone is written down: people type it as they like. */
export function phoneText({ n, phone }: Customer): string {
  if (n !== 2) return phone;
  return phone.replace(/^\+(\d{3})(\d\d)(\d{3})(\d\d)(\d\d)$/, '+$1 $2 $3-$4-$5');
}

function withMetadata(origin: string, meta: Meta): object {
  return { ...meta, metadataHref: `${origin}${REMAP}/entity/${meta.type}/metadata` };
}

function groupOf(origin: string): object {
  const path = `${REMAP}/entity/group/00000000-0000-4000-8900-000000000001`;
  return { meta: withMetadata(origin, metaOf(origin, 'group', path)) };
}

/** A company, or a person who is one alone. */
export function describeCounterparty(origin: string, customer: Customer): object {
  const owner = findManager(customer.manager);
  const { lastName, firstName, middleName, company } = customer;
  const persons = `${REMAP}/entity/counterparty/${counterpartyId(customer)}/contactpersons`;
  return {
    meta: withMetadata(origin, counterpartyMeta(origin, customer)),
    id: counterpartyId(customer),
    accountId: ACCOUNT_ID,
    ...(owner === undefined ? {} : { owner: { meta: withMetadata(origin, employeeMeta(origin, owner)) } }),
    shared: true,
    group: groupOf(origin),
    updated: WHEN,
    name: company ?? fullName(customer),
    externalCode: `demo-${customer.n}`,
    archived: false,
    created: WHEN,
    companyType: company === null ? 'individual' : 'legal',
    ...(company === null ? { legalLastName: lastName, legalFirstName: firstName, legalMiddleName: middleName } : {}),
    phone: phoneText(customer),
    contactpersons: { meta: { ...metaOf(origin, 'contactperson', persons), size: company === null ? 0 : 1 } },
  };
}

export function describeContactPerson(origin: string, customer: Customer): object {
  const path = `${REMAP}/entity/counterparty/${counterpartyId(customer)}/contactpersons/${contactPersonId(customer)}`;
  return {
    meta: metaOf(origin, 'contactperson', path),
    id: contactPersonId(customer),
    accountId: ACCOUNT_ID,
    updated: WHEN,
    name: fullName(customer),
    externalCode: `demo-person-${customer.n}`,
    email: `customer${customer.n}@example.com`,
    phone: phoneText(customer),
    position: 'Директор',
    agent: { meta: withMetadata(origin, counterpartyMeta(origin, customer)) },
  };
}

export function describeEmployee(origin: string, manager: Manager): object {
  const { n, lastName, firstName, middleName } = manager;
  return {
    meta: withMetadata(origin, employeeMeta(origin, manager)),
    id: employeeId(manager),
    accountId: ACCOUNT_ID,
    owner: { meta: withMetadata(origin, employeeMeta(origin, manager)) },
    shared: true,
    group: groupOf(origin),
    updated: WHEN,
    name: lastName,
    externalCode: `demo-${n}`,
    archived: false,
    created: WHEN,
    uid: `manager${n}@demo`,
    email: `manager${n}@example.com`,
    firstName,
    middleName,
    lastName,
    fullName: fullName(manager),
    shortFio: `${lastName} ${firstName.charAt(0)}. ${middleName.charAt(0)}.`,
  };
}
