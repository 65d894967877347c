import { expect } from 'vitest';
import type { ExpectedCall } from '../fixtures/fixtures.js';
import { collect } from './evidence.js';
import { reconcile } from './reconcile.js';
import type { Stage } from './stage.js';
import type { TestTenant } from './tenant.js';

/** What a tenant and its chats must have been told. */
export interface Told {
  tenant: TestTenant;
  /** Shown when it was not. */
  name: string;
  calls: ExpectedCall[];
  /** Final messages in each chat. */
  messages: number;
  /** Ids under which its events were acknowledged. */
  ids?: readonly number[];
}

/**
 * Expects the calls, their counting and one final message per call and chat, each of them recorded. What a chat shows
 * beside that is excused only when it was sent right before one of the given deaths: sent, but not recorded any more.
 *
 * @param deaths Unix milliseconds
 * @returns how many messages were excused
 */
export async function expectTold(
  stage: Pick<Stage, 'database' | 'emulator'>,
  { tenant, name, calls, messages, ids = [] }: Told,
  deaths: readonly number[] = [],
): Promise<number> {
  const places = { pool: stage.database.pool, emulator: stage.emulator.url };
  const posted = { tenant, name, expected: { calls, messages }, acknowledged: ids };
  const { discrepancies, inWindow } = reconcile(await collect(places, posted), deaths);
  expect(discrepancies).toEqual([]);
  return inWindow;
}
