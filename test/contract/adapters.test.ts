import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrmCallEvent, type ClientProfile, type Crm } from '@live-calls/shared/contracts';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { ADAPTERS, fixtureOf, loadAdapter, loadFixture } from './adapters.js';
import { startAdapter, type AdapterUnderTest } from './adapterUnderTest.js';
import { PHONE, type CrmFixture } from './fixture.js';
import { missed, ringing, sampleCall } from './sampleCall.js';
import { startScriptedCrm, type GotRequest, type Reply, type ScriptedCrm } from './scriptedCrm.js';

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
  fixture: CrmFixture;
  adapter: AdapterUnderTest;
  account: ScriptedCrm;
  /** Journal requests so far. */
  journal(): GotRequest[];
  /** Extensions that were shown a card, in order. */
  shown(): string[];
  /** Journal requests are answered so from now on, everything else as by a healthy account. */
  journalAnswers(reply: Reply): void;
}

/** @param withinMs short where nobody answers */
async function stage(crm: Crm, withinMs?: number): Promise<Stage> {
  const fixture = await loadFixture(crm);
  const account = await startScriptedCrm();
  account.answers(fixture.answer);
  const adapter = await startAdapter(await loadAdapter(crm), {
    pool: database.pool,
    allow: [account.host],
    section: fixture.section(account.origin),
    ...(withinMs !== undefined && { withinMs }),
  });
  opened.push(adapter, account);
  return {
    fixture,
    adapter,
    account,
    journal: () => account.requests.filter(fixture.isJournal),
    shown: () => account.requests.flatMap(fixture.shownTo),
    journalAnswers: (reply) => {
      account.answers((request) => (fixture.isJournal(request) ? reply : fixture.answer(request)));
    },
  };
}

const ALL_DONE = { status: 200, outcome: { outcome: 'done' } };

describe.each(ADAPTERS)('%s', (crm) => {
  it('has a fixture in test/contract', () => {
    expect(existsSync(fixtureOf(crm)), `test/contract/${crm}.ts`).toBe(true);
  });
});

describe.each(ADAPTERS.filter((crm) => existsSync(fixtureOf(crm))))(
  'the adapter of %s',
  { concurrent: true },
  (crm) => {
    it('writes a call into the journal once, for who talked, with the seconds of talk', async () => {
      const { adapter, journal, fixture } = await stage(crm);
      expect(
        await adapter.deliver('hangup', sampleCall({ rang: ['150', '151'], talked: ['151'], extension: '151' })),
      ).toMatchObject(ALL_DONE);
      expect(journal().map(fixture.creditedTo)).toEqual(['151']);
      expect(journal().map(fixture.talkSeconds)).toEqual([60]);
    });

    it('gives a transferred call to who talked last', async () => {
      const { adapter, journal, fixture } = await stage(crm);
      await adapter.deliver('hangup', sampleCall({ rang: ['150', '151'], talked: ['150', '151'], extension: '151' }));
      expect(journal().map(fixture.creditedTo)).toEqual(['151']);
    });

    it('gives a missed call to nobody who did not ring, and counts no ringing as talk', async () => {
      const { adapter, journal, fixture } = await stage(crm);
      expect(await adapter.deliver('hangup', missed())).toMatchObject(ALL_DONE);
      expect(journal()).toHaveLength(1);
      expect(['150', '151', null]).toContain(journal().map(fixture.creditedTo)[0]);
      expect([0, null]).toContain(journal().map(fixture.talkSeconds)[0]);
    });

    it('does not lose the call of an extension that the CRM does not know', async () => {
      const { adapter, journal, fixture } = await stage(crm);
      const call = sampleCall({ rang: ['199'], talked: ['199'], extension: '199' });
      expect(await adapter.deliver('dial', ringing(call, ['199']))).toMatchObject(ALL_DONE);
      expect(await adapter.deliver('hangup', call)).toMatchObject(ALL_DONE);
      expect(journal()).toHaveLength(1);
      expect(['199', '152', null]).toContain(journal().map(fixture.creditedTo)[0]);
    });

    it('does with what is known of a call, however little that is', async () => {
      const { adapter, journal } = await stage(crm);
      const little = { rang: [], talked: [], extension: '', line: { id: '', name: null }, record_url: null };
      const calls = [
        sampleCall({ ...little, talk_seconds: null, answered_at: null }),
        sampleCall({ ...little, answered: false, answered_at: null, talk_seconds: 0, direction: 'outgoing' }),
      ];
      for (const call of calls) expect(await adapter.deliver('hangup', call)).toMatchObject(ALL_DONE);
      expect(journal()).toHaveLength(2);
    });

    it('shows a card to each who rings once, and to those who ring later', async () => {
      const { adapter, shown } = await stage(crm);
      const call = sampleCall();
      await adapter.deliver('dial', ringing(call, ['150']));
      await adapter.deliver('dial', ringing(call, ['150']));
      await adapter.deliver('dial', ringing(call, ['150', '151']));
      expect(shown().filter((extension) => extension === '150').length).toBeLessThanOrEqual(1);
      expect(new Set(shown())).toEqual(shown().length === 0 ? new Set() : new Set(['150', '151']));
      expect(await adapter.deliver('answer', { ...call, state: 'talk' })).toMatchObject(ALL_DONE);
    });

    it('shows no card of a call that is over', async () => {
      const { adapter, shown } = await stage(crm);
      const call = sampleCall();
      await adapter.deliver('hangup', call);
      const before = shown().length;
      expect(await adapter.deliver('dial', ringing(call, ['150', '151']))).toMatchObject(ALL_DONE);
      expect(shown()).toHaveLength(before);
    });

    it('takes back what it showed of a call that is none, once, and writes down nothing that it need not', async () => {
      const { adapter, account, journal, shown, fixture } = await stage(crm);
      const call = ringing(sampleCall(), ['150', '151']);
      await adapter.deliver('dial', call);
      const cards = shown().length;
      expect(await adapter.deliver('cancel', call)).toMatchObject(ALL_DONE);
      const told = account.requests.length;
      expect(await adapter.deliver('cancel', call, { attempt: 2 })).toMatchObject(ALL_DONE);
      expect(await adapter.deliver('dial', { ...call, ringing: ['152'] })).toMatchObject(ALL_DONE);
      expect(account.requests).toHaveLength(told);
      expect(shown()).toHaveLength(cards);
      expect(journal()).toHaveLength(fixture.closesEntries === true ? 1 : 0);
      expect(journal().map(fixture.talkSeconds)).not.toContain(60);
    });

    it('does nothing to take back a call of which the CRM never heard, or that has its end', async () => {
      const { adapter, account } = await stage(crm);
      const call = sampleCall();
      expect(await adapter.deliver('cancel', ringing(call, ['150']))).toMatchObject(ALL_DONE);
      expect(account.requests).toEqual([]);
      const over = sampleCall();
      await adapter.deliver('dial', ringing(over, ['150']));
      await adapter.deliver('hangup', over);
      const before = account.requests.filter(({ method }) => method !== 'GET').length;
      expect(await adapter.deliver('cancel', over)).toMatchObject(ALL_DONE);
      expect(account.requests.filter(({ method }) => method !== 'GET')).toHaveLength(before);
    });

    it('writes down a call that was taken back by mistake', async () => {
      const { adapter, journal, fixture } = await stage(crm);
      const call = sampleCall();
      await adapter.deliver('dial', ringing(call, ['150']));
      await adapter.deliver('cancel', ringing(call, ['150']));
      const before = journal().length;
      expect(await adapter.deliver('hangup', call)).toMatchObject(ALL_DONE);
      expect(journal().slice(before).map(fixture.creditedTo)).toEqual(['150']);
      expect(journal().slice(before).map(fixture.talkSeconds)).toEqual([60]);
    });

    it('knows a hangup that comes again, also at the same time', async () => {
      const { adapter, journal } = await stage(crm);
      const call = sampleCall();
      const delivered = await Promise.all([1, 2, 3].map((attempt) => adapter.deliver('hangup', call, { attempt })));
      for (const each of delivered) expect(each).toMatchObject(ALL_DONE);
      expect(await adapter.deliver('hangup', call, { attempt: 4 })).toMatchObject(ALL_DONE);
      expect(journal()).toHaveLength(1);
    });

    it('survives a death between the answer of the CRM and the ledger', async () => {
      const { adapter, journal, fixture } = await stage(crm);
      const { step, onUnknown } = fixture.journal;
      const call = sampleCall();
      await adapter.deliver('hangup', call);
      const { rowCount } = await database.pool.query(
        `update crm_steps set done_at = null, result = null
       where enterprise_number = $1 and external_id = $2 and step = $3`,
        [adapter.number, call.external_id, step],
      );
      expect(rowCount, `the step ${step}`).toBe(1);
      const { outcome } = await adapter.deliver('hangup', call, { attempt: 2 });
      if (onUnknown === 'repeat') expect(outcome).toMatchObject({ outcome: 'done' });
      else {
        expect(outcome).toMatchObject({
          outcome: 'dead',
          kind: 'unknown',
          advice: expect.stringMatching(/[а-яё]/i) as string,
        });
        expect(journal()).toHaveLength(1);
      }
    });

    it.each(['hang', 'reset'] as const)('is not misled by an answer that does not come (%s)', async (how) => {
      const { adapter, journal, fixture, journalAnswers, account } = await stage(crm);
      const call = sampleCall();
      journalAnswers(how);
      const first = await adapter.deliver('hangup', call, how === 'hang' ? { withinMs: 3_000 } : {});
      account.answers(fixture.answer);
      const before = journal().length;
      const second = await adapter.deliver('hangup', call, { attempt: 2 });
      if (fixture.journal.onUnknown === 'repeat') {
        expect(first).toMatchObject({ status: 503, outcome: { outcome: 'retry', kind: 'unavailable' } });
        expect(second).toMatchObject(ALL_DONE);
      } else {
        expect(first).toMatchObject({ status: 422, outcome: { outcome: 'dead', kind: 'unknown' } });
        expect(second).toMatchObject({ status: 422, outcome: { outcome: 'dead', kind: 'unknown' } });
        expect(journal()).toHaveLength(before);
      }
    });

    it('tries again what never reached the CRM', async () => {
      const { adapter, journal, account, fixture } = await stage(crm);
      const call = sampleCall();
      await account.close();
      expect(await adapter.deliver('hangup', call)).toMatchObject({
        status: 503,
        outcome: { outcome: 'retry', kind: 'unavailable' },
      });
      expect(journal()).toHaveLength(0);
      const { rows } = await database.pool.query(
        'select step from crm_steps where enterprise_number = $1 and step = $2',
        [adapter.number, fixture.journal.step],
      );
      expect(rows).toEqual([]);
    });

    it('takes "too many requests" for what it is', async () => {
      const { adapter, account, fixture } = await stage(crm);
      account.answers(() => fixture.rateLimit);
      expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({
        status: 503,
        outcome: { outcome: 'retry', kind: 'limited' },
      });
    });

    it('says what to do when the key is wrong', async () => {
      const { adapter, account, fixture } = await stage(crm);
      account.answers(() => fixture.wrongKey);
      expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({
        status: 422,
        outcome: { outcome: 'dead', kind: 'configuration', advice: expect.stringMatching(/[а-яё]/i) as string },
      });
      expect(await adapter.client(PHONE)).toMatchObject({ status: 422 });
      const tested = await adapter.test();
      expect(tested.ok).toBe(false);
      expect(tested.checks.find(({ ok }) => !ok)?.advice).toMatch(/[а-яё]/i);
    });

    it('does not take a page of a proxy for an answer', async () => {
      const { adapter, account } = await stage(crm);
      account.answers(() => ({ status: 502, html: '<html><h1>502 Bad Gateway</h1></html>' }));
      expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({
        status: 503,
        outcome: { outcome: 'retry', kind: 'unavailable' },
      });
      expect(await adapter.client(PHONE)).toMatchObject({ status: 503 });
      account.answers(() => ({ status: 200, html: '<html>Вход</html>' }));
      expect((await adapter.deliver('hangup', sampleCall())).outcome.outcome).not.toBe('done');
    });

    it('makes of each documented error what it means', async () => {
      const { adapter, fixture, journalAnswers } = await stage(crm);
      const found = await Promise.all(
        fixture.errors.map(async ({ name, reply, becomes }) => {
          const own = await stage(crm);
          own.journalAnswers(reply);
          const { outcome } = await own.adapter.deliver('hangup', sampleCall());
          return [name, becomes, outcome.outcome === 'done' ? 'done' : outcome.kind];
        }),
      );
      expect(found).toEqual(fixture.errors.map(({ name, becomes }) => [name, becomes, becomes]));
      journalAnswers({ status: 500, json: {} });
      expect((await adapter.deliver('hangup', sampleCall())).outcome.outcome).not.toBe('done');
    });

    it('finds a client, and tells "nobody" from "no answer"', async () => {
      const { adapter, account, fixture } = await stage(crm);
      expect(await adapter.client(PHONE)).toEqual({
        status: 200,
        body: { client: fixture.client satisfies ClientProfile },
      });
      account.answers((request) => (fixture.isLookup(request) ? fixture.nobody : fixture.answer(request)));
      expect(await adapter.client(PHONE)).toEqual({ status: 200, body: { client: null } });
      const silent = await stage(crm, 1_500);
      silent.account.answers(() => 'hang');
      expect(await silent.adapter.client(PHONE)).toMatchObject({ status: 503 });
    });

    it('finds a healthy account healthy without changing anything in it', async () => {
      const { adapter, journal, shown } = await stage(crm);
      expect((await adapter.test()).checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(journal()).toEqual([]);
      expect(shown()).toEqual([]);
    });

    it('tries a section before it is saved', async () => {
      const { adapter, account, fixture } = await stage(crm);
      const section = fixture.section(account.origin);
      await adapter.configure({ ...section, enabled: false });
      expect(await adapter.test(section)).toMatchObject({ ok: true });
      expect(await adapter.test({ enabled: true })).toMatchObject({ ok: false });
    });

    it('does nothing for an enterprise whose section is switched off, missing or broken', async () => {
      const { adapter, account, fixture } = await stage(crm);
      for (const section of [{ ...fixture.section(account.origin), enabled: false }, null, { enabled: true }, 'x']) {
        await adapter.configure(section);
        expect(await adapter.deliver('hangup', sampleCall())).toMatchObject({
          status: 422,
          outcome: { outcome: 'dead', kind: 'configuration', advice: expect.stringMatching(/[а-яё]/i) as string },
        });
        expect(await adapter.client(PHONE)).toMatchObject({ status: 422 });
      }
      expect(account.requests).toEqual([]);
    });

    it('writes down each request, and shows its secrets to nobody', async () => {
      const { adapter, account, fixture } = await stage(crm);
      const call = sampleCall();
      const told = [await adapter.deliver('dial', ringing(call, ['150'])), await adapter.deliver('hangup', call)];
      const said = { status: 400, json: { error: `strange key ${fixture.secrets.join(' ')}` } };
      account.answers(() => said);
      const failed = [await adapter.deliver('hangup', sampleCall()), await adapter.client(PHONE), await adapter.test()];
      const log = await adapter.log();
      expect((JSON.parse(log) as unknown[]).length).toBe(account.requests.length);
      expect(log).toContain(call.external_id);
      for (const secret of fixture.secrets) {
        expect(log).not.toContain(secret);
        expect(JSON.stringify([told, failed])).not.toContain(secret);
      }
    });

    it('answers as the gateway expects to what it cannot read or does not know', async () => {
      const { adapter } = await stage(crm);
      const post = async (body: string, type = 'application/json'): Promise<number> =>
        (await fetch(`${adapter.url}/call-event`, { method: 'POST', headers: { 'content-type': type }, body })).status;
      const event = CrmCallEvent.parse({ enterprise_number: 'none', event_type: 'hangup', call: sampleCall() });
      expect(await post('{')).toBe(400);
      expect(await post('{}')).toBe(400);
      expect(await post(JSON.stringify(event))).toBe(404);
      expect(await post(JSON.stringify({ ...event, filler: 'x'.repeat(70_000) }))).toBe(413);
      expect((await adapter.client('no phone')).status).toBe(400);
    });
  },
);
