import type { Queryable } from '../../db/pool.js';
import { enterprisesOfChannel, eventsBetween, eventsOfChannel, type LoggedEvent } from '../../db/replay.js';
import { OperatorError } from '../../runtime/operatorError.js';
import { WrongCommand } from '../wordsOfCommand.js';
import { clockText, momentOf } from '../zoneClock.js';
import type { Which } from './command.js';
import { findEnterprise, type Enterprise } from './enterprise.js';

/** What a command is about. */
export interface Selected {
  enterprise: Enterprise;
  /** Russian: which calls. */
  title: string;
  /** Whole calls, oldest first. */
  events: LoggedEvent[];
}

/** @throws OperatorError, also when there is nothing of the kind */
export async function selected(db: Queryable, which: Exclude<Which, { kind: 'unassigned' }>): Promise<Selected> {
  const found = which.kind === 'call' ? await ofCall(db, which) : await ofPeriod(db, which);
  if (found.events.length > 0) return found;
  throw new OperatorError(`Событий нет: ${found.title}, предприятие ${found.enterprise.number}.`);
}

async function ofCall(db: Queryable, { uniqueId, enterprise: wanted }: Which & { kind: 'call' }): Promise<Selected> {
  const numbers = wanted === undefined ? await enterprisesOfChannel(db, uniqueId) : [wanted];
  const [number, ...others] = numbers;
  if (number === undefined) throw new OperatorError(`Событий канала ${uniqueId} нет ни у одного предприятия.`);
  if (others.length > 0) {
    throw new OperatorError(
      `Канал ${uniqueId} есть у нескольких предприятий: ${numbers.join(', ')}. Укажите --enterprise.`,
    );
  }
  const enterprise = await findEnterprise(db, number);
  const events = await eventsOfChannel(db, enterprise.number, uniqueId);
  return { enterprise, title: `звонок ${uniqueId}`, events };
}

async function ofPeriod(db: Queryable, which: Which & { kind: 'period' }): Promise<Selected> {
  const enterprise = await findEnterprise(db, which.enterprise);
  const { timezone } = enterprise;
  const moment = (option: string, text: string): Date => {
    const at = momentOf(text, timezone);
    if (at === null) {
      throw new WrongCommand(`${option} ${text}: нужно время, например 2025-09-30T10:00 или 2025-09-30T10:00+03:00`);
    }
    return at;
  };
  const from = moment('--from', which.from);
  const to = which.to === undefined ? new Date() : moment('--to', which.to);
  if (from >= to) throw new WrongCommand('--from должно быть раньше, чем --to');
  const title = `звонки с ${clockText(from, timezone)} до ${clockText(to, timezone)} (${timezone})`;
  return { enterprise, title, events: await eventsBetween(db, enterprise.number, { from, to }) };
}
