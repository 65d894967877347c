import { CrmError, type Check, type CrmContext } from '@live-calls/shared/runtime';
import { Duplicates, Employees, Finished, FoundEntities } from './answers.js';
import type { Portal } from './client.js';
import { employeesCheck } from './employeesCheck.js';
import { CallNotFound } from './refusal.js';
import { userOf } from './users.js';

type Context = CrmContext<'bitrix24'>;

/** Nobody has it; the answer shows that the portal searches. */
const NOBODY = '+70000000000';
/** No portal has such a call: not to find it shows that it may be finished. */
const NO_CALL = 'connection-test';

/** Employees in an answer. */
const PAGE = 50;

const CALLS = 'Запись звонков в журнал';
const EMPLOYEES = 'Сотрудники и внутренние номера';

/** Tries a portal out without changing anything in it. */
export async function check({ config }: Context, portal: Portal): Promise<Check[]> {
  const webhook = await tried('Вебхук и право на телефонию', 'принят', () =>
    portal.call('telephony.externalCall.searchCrmEntities', { PHONE_NUMBER: NOBODY }, FoundEntities),
  );
  if (!webhook.ok) return [webhook];
  return [webhook, await callsCheck(), await crmCheck(), await employees()];

  async function callsCheck(): Promise<Check> {
    const user = userOf(config, Object.values(config.user_extensions));
    if (user === undefined)
      return {
        ...{
          name: CALLS,
          ok: false,
          detail: 'записывать звонки не на кого: нет ни user_extensions, ни default_user_id',
        },
        advice: 'Укажите в разделе bitrix24 user_extensions (id сотрудника и его внутренний номер) и default_user_id.',
      };
    return tried(CALLS, 'разрешена', async () => {
      try {
        await portal.call('telephony.externalCall.finish', { CALL_ID: NO_CALL, ...user, DURATION: 0 }, Finished);
      } catch (error) {
        if (!(error instanceof CallNotFound)) throw error;
      }
    });
  }

  function crmCheck(): Promise<Check> {
    return tried('Поиск клиентов в CRM', 'отвечает', () =>
      portal.call('crm.duplicate.findbycomm', { type: 'PHONE', values: [NOBODY] }, Duplicates),
    );
  }

  async function employees(): Promise<Check> {
    const ids = [...Object.keys(config.user_extensions), String(config.default_user_id ?? '')];
    const asked = ids.filter((id) => /^\d+$/.test(id));
    try {
      const pages = Array.from({ length: Math.ceil(asked.length / PAGE) }, (_, page) =>
        portal.call('user.get', { FILTER: { ID: asked.slice(page * PAGE, (page + 1) * PAGE) } }, Employees),
      );
      return employeesCheck(config, (await Promise.all(pages)).flat());
    } catch (error) {
      return failed(EMPLOYEES, error);
    }
  }
}

async function tried(name: string, detail: string, attempt: () => Promise<unknown>): Promise<Check> {
  try {
    await attempt();
    return { name, ok: true, detail };
  } catch (error) {
    return failed(name, error);
  }
}

/** @throws what is no CRM's error */
function failed(name: string, error: unknown): Check {
  if (!(error instanceof CrmError)) throw error;
  const { facts, message: detail } = error;
  if (facts.kind === 'limited') return { name, ok: false, detail, advice: 'Портал просит реже: повторите позже.' };
  const advice = facts.kind === 'unavailable' ? 'Портал не отвечает как следует: повторите позже.' : facts.advice;
  return { name, ok: false, detail, advice };
}
