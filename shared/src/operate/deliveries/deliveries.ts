import {
  countDeliveries,
  listDeliveries,
  retryDeliveries,
  retryDelivery,
  type DeliveryFilter,
  type Retried,
} from '../../db/deliveryList.js';
import type { Queryable } from '../../db/pool.js';
import type { Command } from './command.js';
import { deliveryTable, targetTitle } from './text.js';

/** Lists deliveries or arms them again. @returns whether what was asked for was done */
export async function deliveries(db: Queryable, command: Command, print: (text: string) => void): Promise<boolean> {
  if (command.kind === 'list') {
    await list(db, command, print);
    return true;
  }
  if (command.kind === 'retryAll') {
    const count = await retryDeliveries(db, command.filter);
    print(
      count === 0
        ? `Таких нет: ${about(command.filter)}.`
        : `Будет доставлено ещё раз: ${count} (${about(command.filter)}).`,
    );
    return true;
  }
  let isAll = true;
  for (const id of command.ids) {
    const was = await retryDelivery(db, id);
    print(`Доставка ${id}: ${RETRIED[was ?? 'none']}`);
    isAll &&= was === 'dead' || was === 'pending';
  }
  return isAll;
}

async function list(
  db: Queryable,
  { filter, limit }: Command & { kind: 'list' },
  print: (text: string) => void,
): Promise<void> {
  const found = await listDeliveries(db, filter, limit);
  if (found.length === 0) {
    print(`Таких нет: ${about(filter)}.`);
    return;
  }
  print(deliveryTable(found, new Date()).join('\n'));
  const total = await countDeliveries(db, filter);
  print(`\nВсего: ${total} (${about(filter)})${total > found.length ? `, показаны первые ${found.length}` : ''}.`);
  if (filter.state === 'dead') print('Доставить ещё раз: npm run deliveries -- --retry <№> или --retry --all.');
}

const RETRIED: Readonly<Record<NonNullable<Retried> | 'none', string>> = {
  dead: 'снова в очереди.',
  pending: 'будет доставлена сейчас.',
  running: 'выполняется в эту минуту, ничего не сделано.',
  done: 'уже доставлена, ничего не сделано. Звонок ещё раз: npm run replay -- --call … --target …',
  none: 'такой нет.',
};

const about = ({ state, target, enterprise }: DeliveryFilter): string =>
  [
    state === 'dead' ? 'не доставленные' : 'ждущие',
    ...(target === undefined ? [] : [targetTitle(target)]),
    ...(enterprise === undefined ? [] : [`предприятие ${enterprise}`]),
  ].join(', ');
