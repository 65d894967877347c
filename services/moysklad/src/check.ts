import { CrmError, NoAnswer, type Check, type CrmContext } from '@live-calls/shared/runtime';
import { isExtension } from '@live-calls/shared/phone';
import type { MoyskladClient } from './client.js';
import { idIn, isUuid } from './people.js';
import { Refusal } from './refusal.js';

type Context = CrmContext<'moysklad'>;

/** Each is one request. */
const MOST_EMPLOYEES = 20;

/** Asked for when nobody is mapped: whether it exists does not matter. */
const ANY_EXTENSION = '100';

/** What works with these keys and what does not. Only reads. */
export async function checkAccount({ config }: Context, client: MoyskladClient): Promise<Check[]> {
  const mapped = Object.entries(config.employee_mapping);
  const telephony = await tried('Телефония (Phone API)', async () => {
    await client.findEmployee(mapped.map(([number]) => number).find(isExtension) ?? ANY_EXTENSION);
    return 'ключ integration_code принят';
  });
  const clients = await tried('Клиенты (JSON API)', async () => {
    await client.findCounterparties({ search: '375290000000' });
    return 'ключ api_token принят, контрагенты видны';
  });
  return [telephony, clients, ...(telephony.ok ? [await checkEmployees(mapped, client)] : [])];
}

type Mapped = readonly [number: string, { employee_id: string }];

async function checkEmployees(mapped: readonly Mapped[], client: MoyskladClient): Promise<Check> {
  const name = 'Сотрудники (employee_mapping)';
  if (mapped.length === 0) return { name, ok: true, detail: 'не заданы: МойСклад ищет сотрудников по добавочным' };
  return tried(name, async () => {
    const problems: string[] = [];
    for (const [number, { employee_id }] of mapped.slice(0, MOST_EMPLOYEES)) {
      const problem = isUuid(employee_id) ? await problemOf(number, employee_id, client) : 'employee_id не похож на id';
      if (problem !== undefined) problems.push(`${number}: ${problem}`);
    }
    if (problems.length > 0) throw new Mismatch(problems.join('; '));
    return mapped.length > MOST_EMPLOYEES ? `проверены первые ${MOST_EMPLOYEES}, совпадают` : 'совпадают с МойСклад';
  });
}

/** A manager's mobile has no employee of its own in telephony. */
async function problemOf(number: string, employeeId: string, client: MoyskladClient): Promise<string | undefined> {
  if (!isExtension(number)) return undefined;
  const employee = await client.findEmployee(number);
  if (employee === undefined) return 'в МойСклад нет сотрудника с таким добавочным';
  return idIn(employee.href).toLowerCase() === employeeId.toLowerCase() ? undefined : 'в МойСклад это другой сотрудник';
}

/** The account answers, but not what the settings say. */
class Mismatch extends Error {}

const EMPLOYEES_ADVICE =
  'Сверьте employee_mapping с добавочными сотрудников в МойСклад (карточка сотрудника → добавочный номер).';

async function tried(name: string, attempt: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await attempt() };
  } catch (error) {
    if (error instanceof Mismatch) return { name, ok: false, detail: error.message, advice: EMPLOYEES_ADVICE };
    if (!(error instanceof CrmError || error instanceof NoAnswer)) throw error;
    const detail = error instanceof Refusal && error.words !== '' ? error.words : error.message;
    return { name, ok: false, detail, advice: adviceOf(error) };
  }
}

const LATER =
  'МойСклад сейчас не отвечает как обычно. Проверьте адреса в разделе ms и повторите через несколько минут.';

function adviceOf(error: CrmError | NoAnswer): string {
  if (error instanceof NoAnswer || error.facts.kind === 'unavailable') return LATER;
  return error.facts.kind === 'limited' ? 'МойСклад просит реже: повторите через минуту.' : error.facts.advice;
}
