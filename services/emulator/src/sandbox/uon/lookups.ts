import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { findCustomer, MANAGERS, type Customer, type Manager } from '../crm/people.js';
import { digitsOf } from '../crm/phones.js';
import { USER_IDS } from './account.js';

/** Nobody is found: U-ON says so with 404. */
export const NOT_FOUND: Answer = { status: 404, json: { result: 404 } };

/** `user/phone/{digits}`. */
export function findTourist(exchange: Exchange, phone: string): Answer {
  exchange.about(phone);
  if (!/^\d+$/.test(phone)) {
    exchange.violate('user/phone: в адресе должны быть только цифры номера, «+» превратится в пробел.');
    return NOT_FOUND;
  }
  const customer = findCustomer(phone);
  if (customer === undefined) return NOT_FOUND;
  return { status: 200, json: { users: [describeTourist(customer)], result: 200 } };
}

/** `manager`: extensions are in `ip_internal_number`. */
export function listManagers(): Answer {
  return { status: 200, json: { users: MANAGERS.map(describeManager), result: 200 } };
}

function describeTourist({ n, lastName, firstName, middleName, phone, company, manager }: Customer): object {
  return {
    u_id: 100 + n,
    u_type: 1,
    u_surname: escape(lastName),
    u_name: escape(firstName),
    u_sname: escape(middleName),
    u_phone: ` ${digitsOf(phone)}`, // as U-ON keeps what came with a plus
    u_phone_mobile: '',
    u_phone_home: null,
    u_email: '',
    manager_id: USER_IDS[manager],
    office_id: null,
    u_company: escape(company ?? ''),
    active: 1,
    deleted: 0,
  };
}

function describeManager({ n, extension, lastName, firstName, middleName }: Manager): object {
  return {
    global_u_id: 48_000_000 + n,
    u_id: USER_IDS[extension],
    u_type: 0,
    u_surname: lastName,
    u_name: firstName,
    u_sname: middleName,
    u_email: `manager${n}@example.com`,
    u_phone: '',
    u_phone_mobile: null,
    u_phone_home: null,
    manager_id: 0,
    timezone: '+3',
    u_position: null,
    u_manager_status: 1,
    u_company: '',
    role_id: n === 1 ? 1 : 2,
    office_id: null,
    active: 1,
    deleted: 0,
    ip_internal_number: extension,
    u_date_update: '2026-01-12T10:00:00+0300',
    status_id: 1,
    my_new_lead_notification: 0,
    any_new_lead_notification: 0,
    my_new_request_notification: 0,
    any_new_request_notification: 0,
  };
}

/** Names come with HTML's entities in them. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
