import type { Check, CrmContext } from '@live-calls/shared/runtime';
import { CrmError, isZone } from '@live-calls/shared/runtime';
import { createClient } from './client.js';
import { AccountInDoubt } from './refusal.js';

type Context = CrmContext<'retailcrm'>;

/** Nobody's phone: only whether telephony answers is of interest. */
const SAMPLE_PHONE = '+375290000000';

/** Tries the account out: the key first, because nothing else can work without it. */
export async function checkAccount(context: Context): Promise<Check[]> {
  const client = createClient(context);
  let users: Set<number>;
  try {
    users = new Set(await client.userIds());
  } catch (error) {
    return [failed('Ключ API', error)];
  }
  return [
    { name: 'Ключ API', ok: true, detail: `принят, активных пользователей: ${users.size}` },
    await telephony(client),
    await zone(context, client),
    ...mappedUsers(context, users),
    ...defaultUser(context, users),
    site(context),
  ];
}

async function telephony(client: ReturnType<typeof createClient>): Promise<Check> {
  const name = 'Телефония';
  try {
    await client.findPeople(SAMPLE_PHONE);
    return { name, ok: true, detail: 'подключена' };
  } catch (error) {
    return failed(name, error);
  }
}

async function zone({ enterprise }: Context, client: ReturnType<typeof createClient>): Promise<Check> {
  const name = 'Часовой пояс';
  try {
    const told = await client.zone();
    const detail = `${told ?? 'не указан'}${told === enterprise.timezone ? '' : `, у компании ${enterprise.timezone}`}`;
    if (told !== undefined && isZone(told)) return { name, ok: true, detail };
    return { name, ok: false, detail, advice: 'Укажите часовой пояс в настройках RetailCRM.' };
  } catch (error) {
    return failed(name, error);
  }
}

function mappedUsers({ config }: Context, users: ReadonlySet<number>): Check[] {
  const name = 'Сотрудники';
  const mapped = Object.entries(config.user_extensions);
  if (mapped.length === 0) {
    return [{ name, ok: true, detail: 'user_extensions не заполнен: внутренние номера сопоставляет сама RetailCRM' }];
  }
  const strange = mapped.filter(([id]) => !users.has(Number(id)));
  if (strange.length === 0) return [{ name, ok: true, detail: `найдены все: ${mapped.length}` }];
  const detail = `нет активных пользователей: ${strange.map(([id, extension]) => `${id} (${extension})`).join(', ')}`;
  return [{ name, ok: false, detail, advice: 'Исправьте номера пользователей в user_extensions раздела retailcrm.' }];
}

function defaultUser({ config }: Context, users: ReadonlySet<number>): Check[] {
  const name = 'Пользователь по умолчанию';
  const id = config.default_user_id;
  if (id === null || id === undefined)
    return [{ name, ok: true, detail: 'не указан: звонки, за которые никто не отвечает, будут без менеджера' }];
  if (users.has(id)) return [{ name, ok: true, detail: String(id) }];
  return [{ name, ok: false, detail: `нет активного пользователя ${id}`, advice: 'Исправьте default_user_id.' }];
}

function site({ config }: Context): Check {
  const { site: code } = config;
  const detail = typeof code === 'string' ? code : 'не указан: нужен, если в аккаунте несколько магазинов';
  return { name: 'Магазин (site)', ok: true, detail };
}

function failed(name: string, error: unknown): Check {
  if (!(error instanceof Error)) throw error;
  return { name, ok: false, detail: error.message, advice: adviceOn(error) };
}

function adviceOn(error: Error): string {
  if (error instanceof AccountInDoubt) return error.advice;
  if (error instanceof CrmError && 'advice' in error.facts) return error.facts.advice;
  return 'Попробуйте ещё раз через несколько минут.';
}
