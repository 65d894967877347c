import type pg from 'pg';
import { CRM_FACTS, CRMS, objectOf, SECRET_FIELDS } from '../contracts/index.js';
import { inTransaction, type Queryable } from './pool.js';

/** A stored key or token, and where it is. */
export interface StoredSecret {
  enterpriseNumber: string;
  enterpriseName: string;
  place:
    | { kind: 'bot' }
    | { kind: 'subscriber'; id: number; chatId: number }
    /** `isText`: the section is JSON in a string. */
    | { kind: 'section'; section: string; field: string; isText: boolean };
  stored: string;
}

/** Every key and token that is stored, of inactive enterprises too. */
export async function findSecrets(db: Queryable): Promise<StoredSecret[]> {
  const { rows } = await db.query<{
    number: string;
    name: string;
    bot_token: string | null;
    integrations_config: unknown;
    subscribers: { id: number; tg_id: number; bot_token: string }[];
  }>(
    `select e.number, e.name, e.bot_token, e.integrations_config,
       coalesce((select json_agg(json_build_object('id', s.id, 'tg_id', s.tg_id, 'bot_token', s.bot_token) order by s.id)
         from telegram_users s where s.enterprise_number = e.number and s.bot_token <> ''), '[]') as subscribers
     from enterprises e order by e.number`,
  );
  return rows.flatMap(({ number, name, bot_token, integrations_config, subscribers }) => {
    const of = { enterpriseNumber: number, enterpriseName: name };
    return [
      ...(bot_token === null || bot_token === ''
        ? []
        : [{ ...of, place: { kind: 'bot' as const }, stored: bot_token }]),
      ...subscribers.map(({ id, tg_id, bot_token: stored }) => ({
        ...of,
        place: { kind: 'subscriber' as const, id, chatId: tg_id },
        stored,
      })),
      ...sectionSecrets(integrations_config).map((secret) => ({ ...of, ...secret })),
    ];
  });
}

/** What a rewriting did, and what it could not read. */
export interface Rewritten {
  changed: number;
  unreadable: StoredSecret[];
}

/**
 * Stores every key and token anew, all of them or none.
 *
 * @param change the text to store instead; undefined when it cannot be read: then nothing is changed at all, unless
 * `skipUnreadable`
 */
export async function rewriteSecrets(
  pool: pg.Pool,
  change: (stored: string) => string | undefined,
  { skipUnreadable }: { skipUnreadable: boolean },
): Promise<Rewritten> {
  return inTransaction(pool, async (client) => {
    await client.query('lock table enterprises, telegram_users in share row exclusive mode');
    const found = (await findSecrets(client)).map((secret) => ({ secret, next: change(secret.stored) }));
    const unreadable = found.filter(({ next }) => next === undefined).map(({ secret }) => secret);
    if (unreadable.length > 0 && !skipUnreadable) return { changed: 0, unreadable };
    let changed = 0;
    for (const { secret, next } of found) {
      if (next === undefined || next === secret.stored) continue;
      await store(client, secret, next);
      changed += 1;
    }
    return { changed, unreadable };
  });
}

function sectionSecrets(config: unknown): Pick<StoredSecret, 'place' | 'stored'>[] {
  const whole = objectOf(config) ?? {};
  return CRMS.flatMap((crm) => {
    const { section } = CRM_FACTS[crm];
    const isText = typeof config === 'string' || typeof whole[section] === 'string';
    const fields = objectOf(whole[section]) ?? {};
    return SECRET_FIELDS[crm].flatMap((field) => {
      const stored = fields[field];
      if (typeof stored !== 'string' || stored === '') return [];
      return [{ place: { kind: 'section' as const, section, field, isText }, stored }];
    });
  });
}

async function store(client: Queryable, { enterpriseNumber, place }: StoredSecret, text: string): Promise<void> {
  if (place.kind === 'bot') {
    await client.query('update enterprises set bot_token = $2 where number = $1', [enterpriseNumber, text]);
  } else if (place.kind === 'subscriber') {
    // A subscription that is there twice, with the token in two spellings, stays as it is.
    await client.query(
      `update telegram_users u set bot_token = $2 where u.id = $1 and not exists (select from telegram_users o
         where o.enterprise_number = u.enterprise_number and o.tg_id = u.tg_id and o.bot_token = $2)`,
      [place.id, text],
    );
  } else {
    if (place.isText) await unfoldSection(client, enterpriseNumber, place.section);
    await client.query(
      'update enterprises set integrations_config = jsonb_set(integrations_config, $2::text[], to_jsonb($3::text)) where number = $1',
      [enterpriseNumber, [place.section, place.field], text],
    );
  }
}

/** Makes objects of settings, or of a section, that are JSON in a string. */
async function unfoldSection(client: Queryable, enterpriseNumber: string, section: string): Promise<void> {
  const { rows } = await client.query<{ config: unknown }>(
    'select integrations_config as config from enterprises where number = $1',
    [enterpriseNumber],
  );
  const whole = objectOf(rows[0]?.config) ?? {};
  await client.query('update enterprises set integrations_config = $2 where number = $1', [
    enterpriseNumber,
    JSON.stringify({ ...whole, [section]: objectOf(whole[section]) }),
  ]);
}
