import { accountTime } from '../crm/clock.js';
import { findCustomer, findManager } from '../crm/people.js';
import type { Call } from './account.js';
import { counterpartyMeta, employeeMeta, findCounterparty, findEmployee, idIn, metaOf, PHONE } from './references.js';

/** A call as the API shows it: what can be found out is added to what was said. */
export function describeCall(origin: string, call: Call): object {
  const employee = call.employee === undefined ? undefined : findEmployee(idIn(call.employee));
  const extension = employee?.extension ?? call.extension;
  const manager = employee ?? (extension === undefined ? undefined : findManager(extension));
  const customer =
    call.counterparty === undefined ? findCustomer(call.number) : findCounterparty(idIn(call.counterparty));
  const counterparty = call.counterparty ?? (customer === undefined ? undefined : counterpartyMeta(origin, customer));
  const owner = customer === undefined ? undefined : findManager(customer.manager);
  const { id, externalId, number, comment, isIncoming, startTime, endTime = null, recordUrl = [] } = call;
  const person = call.employee ?? (manager === undefined ? undefined : employeeMeta(origin, manager));
  return {
    meta: metaOf(origin, 'call', `${PHONE}/call/${id}`),
    id,
    externalId,
    number,
    ...(counterparty === undefined ? {} : { counterparty }),
    ...(owner === undefined
      ? {}
      : { counterpartyowner: { extention: owner.extension, meta: employeeMeta(origin, owner) } }),
    ...(comment === undefined ? {} : { comment }),
    ...(extension === undefined ? {} : { extension }),
    ...(person === undefined ? {} : { employee: person }),
    isIncoming,
    startTime,
    endTime,
    duration: durationOf(call),
    recordUrl,
  };
}

/** Milliseconds; the end says more than a duration. */
export function durationOf({ startTime, endTime, duration }: Call): number | null {
  return endTime === undefined ? (duration ?? null) : accountTime(endTime) - accountTime(startTime);
}
