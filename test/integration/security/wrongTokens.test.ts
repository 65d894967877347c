import { mkdtemp, rm } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuesses } from '../../../services/core/src/doors/guesses.js';
import { createAccess } from '../../../services/core/src/status/access.js';
import { run } from '../recovery/command.js';
import { writeHostLog } from '../recovery/hostLogFile.js';
import { createRouteStage, dialRows, ndjson, push, type RouteStage } from '../recovery/routeStage.js';

const SCRIPT = fileURLToPath(new URL('../../../docs/host/recover.py', import.meta.url));
const FEW = { perSecond: 0.001, burst: 3 };
const TOKEN = 'a-made-up-status-token';

describe('the door for hosts’ logs', () => {
  let stage: RouteStage | undefined;
  afterEach(async () => {
    await stage?.end();
    stage = undefined;
  });

  const statuses = async (url: string, tokens: string[]): Promise<number[]> => {
    const told = [];
    for (const token of tokens) told.push((await push(url, token, '')).status);
    return told;
  };

  it('looks at no token of an enterprise any more when a source was wrong too often, not even at the right one', async () => {
    stage = await createRouteStage({ guesses: createGuesses(FEW) });
    const { url, tenant } = stage;
    const wrong = ['375290000001', '', '375290000002', '375290000003'];
    expect(await statuses(url, [...wrong, tenant.token])).toEqual([401, 401, 401, 429, 429]);
    const response = await fetch(url, { method: 'POST', headers: { token: '375290000004' } });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(1);
  });

  it('stays open for a host behind the same address as somebody who tries other enterprises out', async () => {
    stage = await createRouteStage({ guesses: createGuesses(FEW) });
    const { url, tenant } = stage;
    const unknown = Array.from({ length: 5 }, (_, n) => `37529000100${String(n)}`);
    expect(await statuses(`${url}9`, unknown)).toEqual([401, 401, 401, 429, 429]);
    expect(await statuses(url, [tenant.token])).toEqual([200]);
  });

  it('is asked again by the host’s script no sooner than it says', async () => {
    const askedAt: number[] = [];
    const waitMs = (): number => (askedAt.push(performance.now()) === 1 ? 1_000 : 0);
    stage = await createRouteStage({ guesses: { waitMs, count: () => undefined } });
    const { url, tenant } = stage;
    const directory = await mkdtemp(join(tmpdir(), 'host-'));
    await writeHostLog(join(directory, 'Listen_AMI_2025-10-01.db'), dialRows(tenant.token, 3));
    const words = ['--url', new URL(url).origin, '--enterprise', tenant.number, '--directory', directory];
    const { code, output } = await run('python3', [SCRIPT, ...words], { RECOVERY_TOKEN: tenant.token });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('восстановлены') as string });
    expect(await stage.stored()).toBe(3);
    const [first = NaN, second = NaN, ...more] = askedAt;
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(more).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('takes one request after the other from a host with its token, and 10,000 rows in one', async () => {
    stage = await createRouteStage({ guesses: createGuesses(FEW) });
    const { url, tenant } = stage;
    const rows = dialRows(tenant.token, 100);
    const pushes = Array.from({ length: 20 }, (_, n) => push(url, tenant.token, ndjson(rows.slice(n * 5, n * 5 + 5))));
    // More than four at once are told to come again, which is no punishment.
    expect(new Set((await Promise.all(pushes)).map(({ status }) => status)).has(429)).toBe(false);
    const many = ndjson(rows).repeat(100);
    const { status, report } = await push(url, tenant.token, many);
    expect(status).toBe(200);
    expect(report).toMatchObject({ complete: true, rows: 10_000 });
    expect(await stage.stored()).toBe(100);
  });
});

describe('the status page', () => {
  const through = (headers: Record<string, string>): IncomingMessage =>
    Object.assign(new IncomingMessage(new Socket()), { headers, httpVersion: '1.1' });
  const bearer = (token: string): IncomingMessage => through({ authorization: `Bearer ${token}` });

  it('lets nobody in who has tried too often, by the form or by a header, until time has passed', () => {
    let now = 0;
    const access = createAccess(TOKEN, () => 0, createGuesses({ ...FEW, perSecond: 1, now: () => now }));
    expect(access.mayLook(bearer(TOKEN))).toBe(true);
    expect(access.signIn('wrong', undefined)).toEqual({ is: 'wrong' });
    expect(access.signIn('', undefined)).toEqual({ is: 'wrong' });
    expect(access.mayLook(bearer('wrong'))).toBe(false);
    expect(access.signIn(TOKEN, undefined)).toEqual({ is: 'too often', waitMs: 1_000 });
    expect(access.mayLook(bearer(TOKEN))).toBe(false);
    expect(access.signIn(TOKEN, '203.0.113.7').is, 'another address').toBe('in');
    now += 1_000;
    expect(access.signIn(TOKEN, undefined).is).toBe('in');
  });

  it('goes on for whoever is signed in already, and counts nobody who gives no token', () => {
    const access = createAccess(TOKEN, () => 0, createGuesses(FEW));
    const signedIn = access.signIn(TOKEN, undefined);
    if (signedIn.is !== 'in') throw new Error(signedIn.is);
    for (let n = 0; n < 10; n += 1) expect(access.mayLook(through({}))).toBe(false);
    expect(access.mayLook(bearer(TOKEN))).toBe(true);
    for (let n = 0; n < 10; n += 1) access.signIn('wrong', undefined);
    expect(access.mayLook(through({ cookie: `live_calls_status=${signedIn.cookie}` }))).toBe(true);
  });
});
