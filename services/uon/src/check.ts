import { CrmError, NoAnswer, type Check, type CrmContext } from '@live-calls/shared/runtime';
import type { Manager } from './answers.js';
import { createClient } from './client.js';

/** Nobody has it; U-ON's answer shows that it searches. */
const NOBODY = '70000000000';

const KEY = 'Ключ API';
const MANAGERS = 'Менеджеры и внутренние номера';
const SILENT =
  'U-ON не отвечает. Проверьте api_url и список IP-адресов ключа: с чужого адреса U-ON обрывает соединение. Если всё верно, повторите позже.';
const SEARCH = 'Поиск клиента по телефону';

/** Tries an account out by reading only: U-ON has nothing to try a notification or a call out with. */
export async function checkAccount(context: CrmContext<'uon'>): Promise<Check[]> {
  const client = createClient(context);
  let managers: Manager[];
  try {
    managers = await client.listManagers();
  } catch (error) {
    return [failed(KEY, error)];
  }
  const accepted = { name: KEY, ok: true, detail: `принят, сотрудников в U-ON: ${managers.length}` };
  return [accepted, managersCheck(managers, context.config.user_extensions), await searchCheck()];

  async function searchCheck(): Promise<Check> {
    try {
      await client.findTourists(NOBODY);
      return { name: SEARCH, ok: true, detail: 'отвечает' };
    } catch (error) {
      return failed(SEARCH, error);
    }
  }
}

/** Who gets no notification, and whose calls are credited to nobody. */
export function managersCheck(managers: readonly Manager[], userExtensions: Readonly<Record<string, string>>): Check {
  const working = managers.filter(({ works }) => works);
  const strangers = Object.keys(userExtensions).filter((id) => working.every((manager) => manager.id !== id));
  if (strangers.length > 0)
    return {
      ...{ name: MANAGERS, ok: false, detail: `в U-ON нет работающих сотрудников с id ${strangers.join(', ')}` },
      advice: 'Исправьте user_extensions в разделе uon: слева id сотрудника в U-ON, справа его внутренний номер.',
    };
  const extensions = working.flatMap(({ id, extensions: own }) => userExtensions[id ?? ''] ?? own);
  const twice = extensions.filter((extension, index) => extensions.indexOf(extension) !== index);
  if (twice.length > 0)
    return {
      ...{
        name: MANAGERS,
        ok: false,
        detail: `один номер у нескольких сотрудников: ${[...new Set(twice)].join(', ')}`,
      },
      advice: 'Оставьте каждый внутренний номер у одного сотрудника: звонок достаётся первому из них.',
    };
  if (extensions.length === 0)
    return {
      ...{ name: MANAGERS, ok: false, detail: 'ни у кого из сотрудников нет внутреннего номера' },
      advice: 'Заполните внутренний номер IP-телефонии в карточках сотрудников U-ON или user_extensions в разделе uon.',
    };
  return { name: MANAGERS, ok: true, detail: `внутренние номера: ${extensions.toSorted().join(', ')}` };
}

/** @throws what is no CRM's error */
function failed(name: string, error: unknown): Check {
  if (!(error instanceof CrmError || error instanceof NoAnswer)) throw error;
  return { name, ok: false, detail: error.message, advice: adviceOf(error) };
}

function adviceOf(error: CrmError | NoAnswer): string {
  if (error instanceof NoAnswer) return SILENT;
  if (error.facts.kind === 'unavailable') return 'U-ON сейчас не работает. Повторите проверку через несколько минут.';
  return error.facts.kind === 'limited' ? 'U-ON просит реже: повторите через минуту.' : error.facts.advice;
}
