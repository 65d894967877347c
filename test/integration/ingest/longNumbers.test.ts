import { afterAll, beforeAll, expect, test } from 'vitest';
import { post, startIngest, TOKEN, type IngestUnderTest } from './ingestUnderTest.js';

let core: IngestUnderTest;
beforeAll(async () => {
  core = await startIngest();
});
afterAll(() => core.stop());

test('an event is read from the database at about the length in which it came, whatever numbers are in it', async () => {
  const body = `{"Token":"${TOKEN}","UniqueId":"1.2","x":[${Array(5_000).fill('1e131071').join(',')}]}`;
  expect(await post(`${core.url}/dial`, body)).toMatchObject({ status: 200 });
  const { rows } = await core.database.pool.query<{ length: number; first: string }>(
    `select length(raw_data::text) as length, raw_data -> 'x' ->> 0 as first from call_events`,
  );
  expect(rows).toEqual([{ length: expect.any(Number) as number, first: '1e131071' }]);
  expect(rows[0]?.length).toBeLessThan(2 * body.length);
});
