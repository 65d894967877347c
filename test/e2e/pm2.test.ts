import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../services/emulator/src/runs/run.js';
import { install, type Installation } from '../harness/installation.js';
import { until } from '../harness/until.js';

/** What only `.env` knows. */
const secrets = { SECRETS_KEY: randomBytes(16).toString('hex'), STATUS_TOKEN: randomBytes(16).toString('hex') };

let place: Installation;
beforeAll(async () => {
  place = await install();
  for (const [name, value] of Object.entries(secrets))
    appendFileSync(join(place.directory, '.env'), `${name}=${value}\n`);
  await place.must('npx pm2 start ecosystem.config.js');
  await until('everything is healthy', async () => {
    const { output } = await place.run(place.here(HEALTHS));
    return (output.match(/"status":"ok"/g) ?? []).length === 7;
  });
  // Its recordings are asked for a while after the call.
  await place.must('npm run --silent admin -- integration disable --enterprise 0367 --crm bitrix24');
});
afterAll(() => place.remove());

const HEALTHS = ['8000', '8019', '8020', '8022', '8023', '8024', '8025']
  .map((port) => `curl -s http://127.0.0.1:${port}/health`)
  .join('; ');

/** The pids by name; 0: stopped. */
async function pids(): Promise<Record<string, number>> {
  const output = await place.must('npx pm2 jlist --silent');
  const list = JSON.parse(output.slice(output.indexOf('['))) as { name: string; pid: number }[];
  return Object.fromEntries(list.map(({ name, pid }) => [name, pid]));
}

/** Plays an answered call that pauses in the middle for `meanwhile`. */
async function playDuring(meanwhile: () => Promise<unknown>): Promise<Run> {
  const api = place.here('http://127.0.0.1:8025/api/emulate');
  const request = { enterprise: '0367', scenario: '2-1', pace: 'once', faults: ['server-pauses'] };
  const begun = await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const { run_id: id } = (await begun.json()) as { run_id: string };
  const look = async (): Promise<Run> => (await (await fetch(`${api}/${id}`)).json()) as Run;
  await until('the call is in the middle', async () => (await look()).state === 'waiting');
  await meanwhile();
  await until('the call is judged', async () => (await look()).state === 'done');
  return look();
}

describe('pm2 start ecosystem.config.js', () => {
  it('restarts the core alone in the middle of a call, which ends as it must', async () => {
    const before = await pids();
    const run = await playDuring(() => place.must('npx pm2 restart core'));
    expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
    const { core, ...others } = await pids();
    expect(core).not.toBe(before['core']);
    expect({ core: before['core'], ...others }).toEqual(before);
  });

  it('restarts the integration cache and stops an adapter: no event is refused, and the CRM gets the call later', async () => {
    const before = await pids();
    const run = await playDuring(async () => {
      await place.must('npx pm2 stop retailcrm');
      await place.must('npx pm2 restart integration-cache');
      expect((await pids())['retailcrm']).toBe(0);
      await place.must('npx pm2 start retailcrm');
    });
    expect(run.timeline.map(({ status }) => status)).toEqual(run.timeline.map(() => 200));
    expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
    const after = await pids();
    expect(after['retailcrm']).not.toBe(before['retailcrm']);
    expect(after['integration-cache']).not.toBe(before['integration-cache']);
    const { retailcrm, 'integration-cache': cache } = before;
    expect({ ...after, retailcrm, 'integration-cache': cache }).toEqual(before);
  });

  it('shows and saves no secret, and writes none to its logs', async () => {
    const token = `Authorization: Bearer ${secrets.STATUS_TOKEN}`;
    const asked = `curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 203.0.113.7' http://127.0.0.1:8000/metrics`;
    expect(await place.must(place.here(`${asked} -H '${token}'`)), 'the token is in use').toBe('200');
    const password = (await place.must('cat .data/postgres-password')).trim();
    const told = await place.must(
      'npx pm2 jlist --silent; npx pm2 save; cat home/.pm2/dump.pm2; cat home/.pm2/*.log; find logs -type f | xargs cat',
    );
    for (const secret of [...Object.values(secrets), password]) expect(told).not.toContain(secret);
  });

  it('has the embedded PostgreSQL among the apps unless there is another database', async () => {
    const list = `node -p "require('./ecosystem.config.js').apps.map((app) => app.name).join(' ')"`;
    expect(await place.must(list)).toMatch(/^postgres core /);
    const url = 'postgres://user:password@db.example.com/live_calls';
    expect(await place.must(`DATABASE_URL=${url} ${list}`)).toMatch(/^core /);
  });
});
