import { Refused, type Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { fullName } from '../crm/people.js';
import { isSamePhone } from '../crm/phones.js';
import { done, failed, refuse } from './answers.js';
import {
  assignedTo,
  describeItem,
  describeLegacy,
  ENTITIES,
  ENTITY_TYPE_IDS,
  storedPhone,
  type Entity,
} from './entities.js';
import { check, inputOf, textOf } from './input.js';
import { findUser } from './portal.js';
import { FindByComm, GetEntity, GetItem, ListItems, SearchEntities } from './shapes.js';

/** `telephony.externalCall.searchCrmEntities`: who has this phone, however it is written. */
export function searchEntities(exchange: Exchange): Answer {
  const input = inputOf(exchange);
  check(exchange, 'telephony.externalCall.searchCrmEntities', SearchEntities, input);
  const phone = textOf(input['PHONE_NUMBER']);
  if (phone === '') throw refuse('PHONE_NUMBER is empty');
  const found = ENTITIES.filter(({ customer }) => isSamePhone(customer.phone, phone));
  return done(exchange, found.map(describeFound));
}

function describeFound({ kind, id, customer }: Entity): object {
  const userId = assignedTo(customer);
  return {
    CRM_ENTITY_TYPE: kind,
    CRM_ENTITY_ID: id,
    ASSIGNED_BY_ID: userId,
    NAME: kind === 'COMPANY' ? customer.company : fullName(customer),
    ASSIGNED_BY: {
      ID: String(userId),
      TIMEMAN_STATUS: 'OPENED',
      USER_PHONE_INNER: findUser(userId)?.extension ?? null,
      WORK_PHONE: null,
      PERSONAL_PHONE: null,
      PERSONAL_MOBILE: null,
    },
  };
}

/** `crm.duplicate.findbycomm`: numbers are compared as they are stored. Nothing found is an empty list. */
export function findByComm(exchange: Exchange): Answer {
  const input = inputOf(exchange);
  const asked = check(exchange, 'crm.duplicate.findbycomm', FindByComm, input);
  if (textOf(input['type']) === '') {
    throw new Refused(failed(400, 'Communication type is not defined', "Parameter 'type' is required."));
  }
  const { values = [], entity_type: kind, type = 'EMAIL' } = asked ?? {};
  const found = ENTITIES.filter((entity) => {
    return type === 'PHONE' && values.includes(storedPhone(entity.customer)) && (kind ?? entity.kind) === entity.kind;
  });
  const result = Object.fromEntries(
    [...new Set(found.map((entity) => entity.kind))].map((each) => [
      each,
      found.filter((entity) => entity.kind === each).map(({ id }) => id),
    ]),
  );
  return done(exchange, found.length === 0 ? [] : result);
}

/** `crm.item.get`. */
export function getItem(exchange: Exchange): Answer {
  const asked = check(exchange, 'crm.item.get', GetItem, inputOf(exchange));
  const kind = ENTITY_TYPE_IDS[asked?.entityTypeId ?? 0];
  return done(exchange, { item: describeItem(entityOf(kind, asked?.id)) });
}

/** `crm.item.list`: conditions of equality only. */
export function listItems(exchange: Exchange): Answer {
  const asked = check(exchange, 'crm.item.list', ListItems, inputOf(exchange));
  const kind = ENTITY_TYPE_IDS[asked?.entityTypeId ?? 0];
  const conditions = Object.entries(asked?.filter ?? {});
  const items = ENTITIES.filter((entity) => entity.kind === kind)
    .map(describeItem)
    .filter((item) => conditions.every(([name, value]) => isOneOf(item[name.replace(/^[=@]+/, '')], value)));
  return done(exchange, { items }, { total: items.length });
}

function isOneOf(actual: unknown, wanted: unknown): boolean {
  return (Array.isArray(wanted) ? wanted : [wanted]).some((each) => textOf(each) === textOf(actual));
}

/** `crm.contact.get` and `crm.company.get`: older than `crm.item.get`, and still there. */
export function getLegacy(exchange: Exchange, method: string, kind: Entity['kind'] | 'LEAD'): Answer {
  const asked = check(exchange, method, GetEntity, lowerId(inputOf(exchange)));
  return done(exchange, describeLegacy(entityOf(kind, asked?.id)));
}

function lowerId({ ID: upper, ...rest }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return upper === undefined ? rest : { id: upper, ...rest };
}

function entityOf(kind: Entity['kind'] | 'LEAD' | undefined, id: number | undefined): Entity {
  const entity = ENTITIES.find((each) => each.kind === kind && each.id === id);
  if (entity === undefined) throw new Refused(failed(400, 'NOT_FOUND', 'Not found'));
  return entity;
}
