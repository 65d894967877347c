import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../harness/patience.js';
import { EVENT_TYPES } from '../../../services/core/src/ingest/eventRoute.js';
import { post, startIngest, TOKEN, type IngestUnderTest } from './ingestUnderTest.js';

const STORED = { status: 200, body: { status: 'ok', event_id: expect.any(Number) as number } };

describe('an accepted event is stored', () => {
  let core: IngestUnderTest;

  beforeAll(async () => {
    core = await startIngest({ limits: { unassignedPerToken: 20, unassigned: 30, unassignedPerTrim: 10 } });
  });
  afterAll(() => core.stop());
  beforeEach(async () => {
    await core.database.pool.query('truncate call_events, unassigned_events');
    core.onStored.mockClear();
  });

  async function rows(): Promise<Record<string, unknown>[]> {
    const { rows } = await core.database.pool.query<Record<string, unknown>>(
      'select * from call_events order by event_timestamp, id',
    );
    return rows;
  }

  async function unassigned(): Promise<Record<string, unknown>[]> {
    const { rows } = await core.database.pool.query<Record<string, unknown>>(
      'select * from unassigned_events order by id',
    );
    return rows;
  }

  test.each(EVENT_TYPES)('%s: the row is there when the answer is', async (type) => {
    const body = { Token: TOKEN, UniqueId: '1759230684.16', BridgeUniqueid: 'b-1', Unknown: ['kept', 1] };
    const answer = await post(`${core.url}/${type}`, body);
    expect(answer).toMatchObject(STORED);
    expect(await rows()).toMatchObject([
      {
        id: answer.body.event_id,
        enterprise_number: '0367',
        unique_id: '1759230684.16',
        bridge_id: 'b-1',
        event_type: type,
        event_timestamp: expect.any(Date) as Date,
        data_source: 'live',
        raw_data: body,
        processed_at: null,
      },
    ]);
    expect(core.onStored).toHaveBeenCalledExactlyOnceWith(new Set(['0367']));
  });

  test('with a slash, a query, no content type and numbers for strings', async () => {
    const body = `{"Token":${TOKEN},"UniqueId":1759230684.10}`;
    const answer = await post(`${core.url}/start/?from=host`, body, { 'content-type': '' });
    expect(answer).toMatchObject(STORED);
    const { rows } = await core.database.pool.query(
      `select unique_id, raw_data ->> 'UniqueId' as raw from call_events`,
    );
    expect(rows).toEqual([{ unique_id: '1759230684.10', raw: '1759230684.10' }]);
  });

  test('with its token in the header only', async () => {
    expect(await post(`${core.url}/dial`, { UniqueId: '1.2' }, { Token: TOKEN })).toMatchObject(STORED);
    expect(await rows()).toMatchObject([{ enterprise_number: '0367', raw_data: { UniqueId: '1.2' } }]);
  });

  test('with what jsonb cannot hold replaced', async () => {
    const body = String.raw`{"Token":"${TOKEN}","UniqueId":"1\u0000.2","a":[{"\u0000":"x\ud800"}],"__proto__":{"b":1}}`;
    expect(await post(`${core.url}/dial`, body)).toMatchObject(STORED);
    const { rows } = await core.database.pool.query(`select unique_id, raw_data::text as raw from call_events`);
    expect(rows).toEqual([
      {
        unique_id: '1\ufffd.2',
        raw: expect.stringContaining('"a": [{"\ufffd": "x\ufffd"}]') as string,
      },
    ]);
    expect(Reflect.get(Object(rows[0]), 'raw')).toContain('"__proto__": {"b": 1}');
  });

  test('nested 10,000 deep', async () => {
    const body = `{"Token":"${TOKEN}","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    expect(await post(`${core.url}/dial`, body)).toMatchObject(STORED);
    expect(await rows()).toHaveLength(1);
  });

  test('twice, when it comes twice', async () => {
    const body = { Token: TOKEN, UniqueId: '1.2' };
    const first = await post(`${core.url}/dial`, body);
    const second = await post(`${core.url}/dial`, body);
    expect(second.body).not.toEqual(first.body);
    expect(await rows()).toHaveLength(2);
  });

  test('in the order in which a host posted', async () => {
    for (let n = 0; n < 50; n++) await post(`${core.url}/dial`, { Token: TOKEN, UniqueId: `1.${n}` });
    const expected = Array.from({ length: 50 }, (_, n) => `1.${n}`);
    expect((await rows()).map((row) => row.unique_id)).toEqual(expected);
    const byId = (await rows()).sort((a, b) => Number(a.id) - Number(b.id));
    expect(byId.map((row) => row.unique_id)).toEqual(expected);
  });

  test('a thousand at once, each with an id of its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => post(`${core.url}/dial`, { Token: TOKEN, UniqueId: `1.${n}` })),
    );
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    const told = new Map(answers.map(({ body }, n) => [body.event_id, `1.${n}`]));
    expect(told.size).toBe(1_000);
    expect(new Map((await rows()).map((row) => [row.id, row.unique_id]))).toEqual(told);
  });

  test('whoever stands beside it: a row that cannot be stored is refused alone', async () => {
    const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const told = (n: number): string | object =>
      n % 20 === 7 ? `{"Token":"${TOKEN}","UniqueId":"1.${n}","x":${nested}}` : { Token: TOKEN, UniqueId: `1.${n}` };
    // On a busy machine the last ones are asked to come again.
    const insist = async (n: number): ReturnType<typeof post> => {
      const answer = await post(`${core.url}/dial`, told(n));
      return answer.status === 503 ? insist(n) : answer;
    };
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => insist(n)));
    const refused = answers.flatMap(({ status }, n) => (status === 200 ? [] : [[n, status]]));
    expect(refused).toEqual([7, 27, 47].map((n) => [n, 422]));
    expect(new Set((await rows()).map((row) => row.unique_id)).size).toBe(57);
  });

  test('apart, when nobody knows its token', async () => {
    const body = { Token: '375000000000', UniqueId: '1.2' };
    expect(await post(`${core.url}/dial`, body)).toMatchObject(STORED);
    expect(await unassigned()).toMatchObject([{ token: '375000000000', event_type: 'dial', raw_data: body }]);
    expect(await rows()).toEqual([]);
  });

  test('apart, when its tenant is inactive; with its tenant as soon as it is active', async () => {
    const add = `insert into enterprises (number, name, name2, active) values ('0368', 'may', '375290000002', false)`;
    await core.database.pool.query(add);
    await vi.waitUntil(() => core.tenants.byNumber('0368') !== undefined, PATIENCE);
    expect(await post(`${core.url}/dial`, { Token: '375290000002' })).toMatchObject(STORED);
    expect(await unassigned()).toHaveLength(1);
    await core.database.pool.query(`update enterprises set active = true where number = '0368'`);
    await vi.waitUntil(() => core.tenants.byNumber('0368')?.active, PATIENCE);
    expect(await post(`${core.url}/dial`, { Token: '375290000002' })).toMatchObject(STORED);
    expect(await rows()).toMatchObject([{ enterprise_number: '0368' }]);
  });

  test('with its tenant, when that was added this moment', async () => {
    await core.database.pool.query(`insert into enterprises (number, name, name2) values ('0369', 'july', '3752')`);
    expect(await post(`${core.url}/dial`, { Token: '3752' })).toMatchObject(STORED);
    expect(await rows()).toMatchObject([{ enterprise_number: '0369' }]);
  });

  test('for long, when nobody knows its token, but not too many: the newest are kept', async () => {
    for (let n = 0; n < 45; n++) await post(`${core.url}/dial`, { Token: '375000000000', n });
    for (let n = 0; n < 25; n++) await post(`${core.url}/dial`, { Token: `37500000001${n % 3}`, n });
    await vi.waitFor(async () => {
      const kept = await unassigned();
      expect(kept.length).toBeLessThan(30 + 10);
      expect(kept.filter((row) => row.token === '375000000000').length).toBeLessThanOrEqual(20);
      expect(kept.at(-1)).toMatchObject({ raw_data: { n: 24 } });
    }, PATIENCE);
  });
});
