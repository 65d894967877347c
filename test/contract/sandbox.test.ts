import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ClientProfile, CRM_FACTS, displayName, type CallView, type Crm } from '@live-calls/shared/contracts';
import { demoIntegrations } from '../../shared/src/db/demoIntegrations.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { stageOf, type CrmStage } from '../integration/emulatorCrmStage.js';
import { startEmulator, type TestEmulator } from '../integration/emulatorServer.js';
import { ADAPTERS, loadAdapter } from './adapters.js';
import { startAdapter, type AdapterUnderTest } from './adapterUnderTest.js';
import { PHONE } from './fixture.js';
import { missed, ringing, sampleCall } from './sampleCall.js';

let database: TestDatabase;
const opened: { close: () => Promise<void> }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  await database.drop();
});

interface Stage {
  adapter: AdapterUnderTest;
  account: CrmStage;
  emulator: TestEmulator;
}

/** The demo company's account in the emulator's sandbox, switched on. */
async function stage(crm: Crm): Promise<Stage> {
  const emulator = await startEmulator();
  const sections: Record<string, object> = demoIntegrations(`${emulator.url}/sandbox`);
  const adapter = await startAdapter(await loadAdapter(crm), {
    pool: database.pool,
    allow: [new URL(emulator.url).host],
    section: { ...sections[CRM_FACTS[crm].section], enabled: true },
  });
  opened.push(adapter, emulator);
  return { adapter, account: stageOf(emulator, crm), emulator };
}

/** As it happens now: sandboxes know the future when they see it. */
function now(call: CallView): CallView {
  const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1_000).toISOString();
  return {
    ...call,
    started_at: at(71),
    answered_at: call.answered_at === null ? null : at(61),
    ended_at: call.ended_at === null ? null : at(1),
  };
}

/** What looks like a call in the journal: a portal knows calls that are in none, and MoySklad deletes nothing. */
async function entries(account: CrmStage): Promise<unknown[]> {
  const { calls } = await account.view();
  return calls.filter((call) =>
    'callId' in call ? 'finished' in call : !String(call['comment']).includes('не отдельный звонок'),
  );
}

const Found = z.object({ client: ClientProfile });

describe.each(ADAPTERS)('the adapter of %s and the sandbox', { concurrent: true }, (crm) => {
  it('understand each other from the first ring to the journal', async () => {
    const { adapter, account } = await stage(crm);
    const call = now(sampleCall({ rang: ['150', '151'], talked: ['151'], extension: '151' }));
    const steps = [
      await adapter.deliver('dial', ringing(call, ['150'])),
      await adapter.deliver('dial', ringing(call, ['150', '151'])),
      await adapter.deliver('answer', { ...call, state: 'talk', ended_at: null }),
      await adapter.deliver('hangup', call),
    ];
    expect(steps.map(({ outcome }) => outcome)).toEqual(steps.map(() => ({ outcome: 'done', notes: [] })));
    await adapter.deliver('hangup', now(missed()));
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toHaveLength(2);
    expect(await account.cards()).toEqual([]);
  });

  it('leave no card of a call that is taken back, and no entry that looks like a call', async () => {
    const { adapter, account } = await stage(crm);
    const call = now(sampleCall());
    await adapter.deliver('dial', ringing(call, ['150', '151']));
    await adapter.deliver('answer', { ...call, state: 'talk', ended_at: null });
    expect((await adapter.deliver('cancel', { ...call, state: 'talk', ended_at: null })).outcome).toEqual({
      outcome: 'done',
      notes: [],
    });
    if (crm !== 'uon') expect(await account.cards()).toEqual([]);
    expect(await entries(account)).toEqual([]);
    // It was a call after all.
    expect((await adapter.deliver('hangup', call)).outcome).toMatchObject({ outcome: 'done' });
    expect(await entries(account)).toHaveLength(1);
    expect(await account.violations()).toEqual([]);
  });

  it('take back a card of which nobody knows whether it was shown', async () => {
    const { adapter, account, emulator } = await stage(crm);
    const call = ringing(now(sampleCall()), ['150']);
    await emulator.post('/api/sandbox/faults', { target: crm, mode: 'accept_timeout', count: 1 });
    await adapter.deliver('dial', call, { withinMs: 3_000 });
    expect((await adapter.deliver('cancel', call)).outcome).toMatchObject({ outcome: 'done' });
    if (crm !== 'uon') expect(await account.cards()).toEqual([]);
    expect(await entries(account)).toEqual([]);
    expect(await account.violations()).toEqual([]);
  });

  it('show the card to who talks, also to who gets the call back', async () => {
    const { adapter, account } = await stage(crm);
    const call = now(sampleCall({ rang: ['150', '151'] }));
    await adapter.deliver('dial', ringing(call, ['150', '151']));
    const seen: (string | null)[][] = [];
    for (const [talked, extension] of [
      [['150'], '150'],
      [['150', '151'], '151'],
      [['150', '151'], '150'],
    ] as const) {
      const talking = { ...call, state: 'talk' as const, ended_at: null, talked: [...talked], extension };
      expect((await adapter.deliver('answer', talking)).outcome).toEqual({ outcome: 'done', notes: [] });
      seen.push(await account.cards());
    }
    // The others have no such event, or nothing that could be taken back.
    if (crm === 'moysklad' || crm === 'bitrix24') expect(seen).toEqual([['150'], ['151'], ['150']]);
    await adapter.deliver('hangup', { ...call, talked: ['150', '151'], extension: '150' });
    expect(await account.cards()).toEqual([]);
    expect(await account.violations()).toEqual([]);
  });

  it('agree on outgoing calls, and on what happened while nobody looked', async () => {
    const { adapter, account } = await stage(crm);
    const calls = [
      now(sampleCall({ direction: 'outgoing' })),
      sampleCall({ direction: 'outgoing', answered: false, answered_at: null, talked: [], talk_seconds: 0 }),
      missed({ rang: [] }),
    ];
    for (const call of calls) {
      const { outcome } = await adapter.deliver('hangup', call, { origin: 'recovery' });
      expect(outcome).toMatchObject({ outcome: 'done' });
    }
    expect(await account.violations()).toEqual([]);
    expect((await account.view()).calls).toHaveLength(calls.length);
  });

  it('know the same clients', async () => {
    const { adapter } = await stage(crm);
    const { body } = await adapter.client(PHONE);
    const { client } = Found.parse(body);
    expect(displayName(client)).toMatch(/Иванов|Ромашка/);
    expect(client.extension).toBe('150');
    expect(await adapter.client('+375290000099')).toEqual({ status: 200, body: { client: null } });
  });

  it('find nothing wrong with the account', async () => {
    const { adapter, account } = await stage(crm);
    expect((await adapter.test()).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(await account.violations()).toEqual([]);
  });

  it('keep to the limits', async () => {
    const { adapter, account, emulator } = await stage(crm);
    await emulator.post('/api/sandbox/limits', { [crm]: true });
    const calls = Array.from({ length: 8 }, () => now(sampleCall()));
    const delivered = await Promise.all(calls.map((call) => adapter.deliver('hangup', call)));
    expect(delivered.map(({ outcome }) => outcome.outcome)).toEqual(calls.map(() => 'done'));
    const { requests, calls: stored } = await account.view();
    expect(requests.filter(({ status }) => status === 429 || status === 503)).toEqual([]);
    expect(stored).toHaveLength(calls.length);
  });

  it('have one call in the journal, whichever answer gets lost', async () => {
    const { adapter, account, emulator } = await stage(crm);
    await adapter.deliver('hangup', now(sampleCall()));
    const { requests } = await account.view();
    const writing = new Set(requests.filter(({ method }) => method !== 'GET').map(({ endpoint }) => endpoint));
    expect(writing.size).toBeGreaterThan(0);
    for (const method of writing) {
      const call = now(sampleCall());
      // It is carried out, and its answer never comes.
      await emulator.post('/api/sandbox/faults', { target: crm, mode: 'accept_timeout', method });
      await adapter.deliver('hangup', call, { withinMs: 3_000 });
      await adapter.deliver('hangup', call, { attempt: 2 });
    }
    expect((await account.view()).calls).toHaveLength(1 + writing.size);
  });
});
