import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { attachRecord, upload } from './attachRecord.js';
import { hide, show } from './cards.js';
import { finish } from './finish.js';
import { findByComm, getItem, getLegacy, listItems, searchEntities } from './lookups.js';
import type { Portal } from './portal.js';
import { register } from './register.js';
import { getUsers } from './users.js';

/** A method of the REST API. @throws Refused */
type Method = (portal: Portal, exchange: Exchange) => Answer;

/** By name; case does not matter. */
export const METHODS: Readonly<Record<string, Method>> = {
  'telephony.externalCall.register': register,
  'telephony.externalCall.finish': finish,
  'telephony.externalCall.show': show,
  'telephony.externalCall.hide': hide,
  'telephony.externalCall.attachRecord': attachRecord,
  'telephony.externalCall.searchCrmEntities': (_portal, exchange) => searchEntities(exchange),
  'crm.duplicate.findbycomm': (_portal, exchange) => findByComm(exchange),
  'crm.item.get': (_portal, exchange) => getItem(exchange),
  'crm.item.list': (_portal, exchange) => listItems(exchange),
  'crm.contact.get': (_portal, exchange) => getLegacy(exchange, 'crm.contact.get', 'CONTACT'),
  'crm.company.get': (_portal, exchange) => getLegacy(exchange, 'crm.company.get', 'COMPANY'),
  'crm.lead.get': (_portal, exchange) => getLegacy(exchange, 'crm.lead.get', 'LEAD'),
  'user.get': (_portal, exchange) => getUsers(exchange),
  upload,
};
