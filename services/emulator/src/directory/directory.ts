import type { Queryable } from '@live-calls/shared/db';
import { createSecrets, type Secrets } from '@live-calls/shared/runtime';
import { botOf } from './botOf.js';

export interface Enterprise {
  number: string;
  name: string;
  /** What its host identifies itself with. */
  token: string;
  timezone: string;
  country: string;
  is_test: boolean;
}

export interface Manager {
  extension: string;
  name: string;
  /** E.164. */
  mobile: string | null;
  /** Internal number that his calls follow him by. */
  follow_me: string | null;
}

export interface Line {
  id: string;
  name: string;
}

export interface Subscriber {
  id: number;
  chat_id: number;
  /** The part of the bot's token that is no secret. */
  bot: number;
  enabled: boolean;
  disabled_reason: string | null;
}

type SubscriberRow = Omit<Subscriber, 'bot'> & { bot_token: string | null };

/** The database did not answer; what it said is the cause. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway';
}

/** Who there is to play calls with: read anew each time, nothing of it is kept. All of it rejects with DatabaseAway. */
export interface Directory {
  enterprises(): Promise<Enterprise[]>;
  enterprise(number: string): Promise<Enterprise | undefined>;
  managers(enterprise: string): Promise<Manager[]>;
  lines(enterprise: string): Promise<Line[]>;
  subscribers(enterprise: string): Promise<Subscriber[]>;
  /** Names of the CRMs that are switched on. */
  crms(enterprise: string): Promise<string[]>;
}

const ENTERPRISES = 'select number, name, name2 as token, timezone, country, is_test from enterprises where active';

/** Mobiles are written with or without `+`; 80… is how one dials within the country. */
const MANAGERS = `
  select p.internal_phone as extension, concat_ws(' ', nullif(u.last_name, ''), nullif(u.first_name, '')) as name,
    (select '+' || ltrim(phone, '+') from unnest(array[u.personal_phone, u.follow_me_number]) with ordinality as p (phone, place)
     where phone ~ '^\\+?(?!80)[1-9]\\d{9,14}$' order by place limit 1) as mobile,
    case when u.follow_me_number ~ '^\\d{3,4}$' then u.follow_me_number end as follow_me
  from user_internal_phones p join users u on u.id = p.user_id
  where p.enterprise_number = $1 and p.internal_phone ~ '^\\d{3,4}$'
  order by p.internal_phone`;

const SUBSCRIBERS = `
  select s.id, s.tg_id as chat_id, s.enabled, s.disabled_reason,
    coalesce(nullif(s.bot_token, ''), nullif(e.bot_token, '')) as bot_token
  from telegram_users s join enterprises e on e.number = s.enterprise_number
  where s.enterprise_number = $1
  order by s.id`;

const CRMS = `
  select key as name from enterprises e,
    jsonb_each(case when jsonb_typeof(integrations_config) = 'object' then integrations_config else '{}' end)
  where e.number = $1 and jsonb_typeof(value) = 'object' and value ->> 'enabled' = 'true'
  order by key`;

/** @param secrets opens bot tokens; unless given, only such as are not encrypted are known */
export function createDirectory(db: Queryable, secrets: Secrets = createSecrets(undefined)): Directory {
  const rowsOf = async <Row extends object>(sql: string, values: unknown[]): Promise<Row[]> => {
    try {
      return (await db.query<Row>(sql, values)).rows;
    } catch (error) {
      throw new DatabaseAway('the database does not answer', { cause: error });
    }
  };
  return {
    enterprises: () => rowsOf<Enterprise>(`${ENTERPRISES} order by number`, []),
    enterprise: async (number) => (await rowsOf<Enterprise>(`${ENTERPRISES} and number = $1`, [number]))[0],
    managers: (enterprise) => rowsOf<Manager>(MANAGERS, [enterprise]),
    lines: (enterprise) =>
      rowsOf<Line>(
        `select line_id as id, coalesce(name, '') as name from lines where enterprise_number = $1 order by line_id`,
        [enterprise],
      ),
    subscribers: async (enterprise) => {
      const rows = await rowsOf<SubscriberRow>(SUBSCRIBERS, [enterprise]);
      return rows.flatMap(({ bot_token: token, ...row }) => {
        const bot = botOf(secrets, token);
        return bot === undefined ? [] : [{ ...row, bot }];
      });
    },
    crms: async (enterprise) => (await rowsOf<{ name: string }>(CRMS, [enterprise])).map(({ name }) => name),
  };
}
