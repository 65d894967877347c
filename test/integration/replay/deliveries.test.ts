import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCommand } from '../../../shared/src/operate/deliveries/command.js';
import { deliveries } from '../../../shared/src/operate/deliveries/deliveries.js';
import { addEnterprise, createCacheStage, type CacheStage } from '../gateway/cacheStage.js';
import { callView } from '../gateway/dispatchStage.js';

let stage: CacheStage;
beforeAll(async () => {
  stage = await createCacheStage();
  await addEnterprise(stage.pool);
  await addEnterprise(stage.pool, { number: '0368', name: 'july' });
});
afterAll(() => stage.end());
beforeEach(() => stage.pool.query('truncate deliveries'));

interface Given {
  enterprise?: string;
  target?: string;
  type?: string;
  state?: string;
  error?: string | null;
  key?: string;
}

/** A delivery that nobody works on: far in the future, or dead. */
async function add({
  enterprise = '0367',
  target = 'retailcrm',
  type = 'hangup',
  state = 'dead',
  error = 'rejected: no such field',
  key = `${target}:call1`,
}: Given = {}): Promise<number> {
  const payload = { event_type: type, unique_id: '1759230684.1', call: callView('call1') };
  const { rows } = await stage.pool.query<{ id: number }>(
    `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state, attempts, run_at,
       last_error, created_at, finished_at)
     values ($1, $2, $3, $3 || ':' || $4 || random(), $5, $6, 3, now() + interval '1 hour', $7, now() - interval '2 hours',
       case when $6 = 'dead' then now() end)
     returning id`,
    [enterprise, target, key, type, JSON.stringify(payload), state, error],
  );
  return rows[0]?.id ?? 0;
}

const stateOf = async (id: number): Promise<unknown> =>
  (
    await stage.pool.query<object>(
      `select state, attempts, last_error, run_at <= now() as is_due, created_at > now() - interval '1 minute' as is_new
       from deliveries where id = $1`,
      [id],
    )
  ).rows[0];

/** Workers of the stage take it at once; whatever they make of it, they have begun anew. */
const armed = async (id: number): Promise<boolean> => {
  const found = (await stateOf(id)) as { state: string; is_new: boolean };
  return found.state !== 'dead' && found.is_new;
};

async function run(...words: string[]): Promise<{ isDone: boolean; output: string }> {
  const command = readCommand(words);
  if (command === 'help') throw new Error('help was asked for');
  const lines: string[] = [];
  const isDone = await deliveries(stage.pool, command, (text) => lines.push(text));
  return { isDone, output: lines.join('\n') };
}

describe('npm run deliveries', () => {
  it('lists what is dead: what it is, of whom, and why, in the enterprise’s words and time', async () => {
    const id = await add({ error: `configuration: HTTP 403. ${'Проверьте ключ API в настройках. '.repeat(4)}` });
    await add({ state: 'pending', error: null });
    const { output } = await run('--dead');
    const row = output.split('\n').find((line) => line.includes('RetailCRM')) ?? '';
    expect(row.trim().split(/ {2,}/).slice(0, 8)).toEqual([
      String(id),
      '0367',
      'RetailCRM',
      'итог звонка',
      'не доставлено',
      '3',
      '—',
      '2 ч 0 мин',
    ]);
    expect(output).toContain('1759230684.1 +375290000001');
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThan(180);
    expect(output).toContain('Всего: 1');
  });

  it('lists what waits, and when it is tried next', async () => {
    await add({ state: 'pending', error: 'HTTP 502' });
    const { output } = await run('--pending', '--target', 'retailcrm', '--enterprise', '0367');
    const next = new Intl.DateTimeFormat('ru', { timeZone: 'Europe/Minsk', dateStyle: 'short' }).format(
      new Date(Date.now() + 3_600_000),
    );
    expect(output).toContain(next);
    expect(output).toContain('HTTP 502');
    expect((await run('--pending', '--target', 'uon')).output).toContain('Таких нет');
    expect((await run('--pending', '--enterprise', '0368')).output).toContain('Таких нет');
  });

  it('tries one again, with the recording that died with it; not what is done or is not there', async () => {
    const [end, record, other] = [await add(), await add({ type: 'record' }), await add({ key: 'retailcrm:call2' })];
    const done = await add({ state: 'done' });
    expect(await run('--retry', String(end))).toEqual({ isDone: true, output: `Доставка ${end}: снова в очереди.` });
    expect([await armed(end), await armed(record), await armed(other)]).toEqual([true, true, false]);
    expect((await run(`--retry=${done}`)).isDone).toBe(false);
    expect((await run('--retry', '999999999')).output).toContain('такой нет');
  });

  it('tries all of one kind again', async () => {
    const [mine, others, crm] = [await add(), await add({ enterprise: '0368' }), await add({ target: 'uon' })];
    expect((await run('--retry', '--all', '--enterprise', '0367', '--target', 'retailcrm')).output).toContain(
      'ещё раз: 1',
    );
    expect([await armed(mine), await armed(others), await armed(crm)]).toEqual([true, false, false]);
    await run('--retry', '--all');
    expect([await armed(others), await armed(crm)]).toEqual([true, true]);
  });

  it.each([
    [['--retry']],
    [['--all']],
    [['--dead', '--pending']],
    [['--dead', '--target', 'nowhere']],
    [['--retry', 'x']],
    [['15']],
  ])('does not guess what is meant by %j', (words) => {
    expect(() => readCommand(words)).toThrow();
  });
});

describe('deliveries over HTTP', () => {
  it('lists and tries again like the command', async () => {
    const id = await add();
    await add({ state: 'pending', target: 'uon' });
    const listed = await stage.get('/deliveries?state=dead&target=retailcrm&enterprise=0367&limit=1');
    expect(listed.status).toBe(200);
    expect(listed.body).toMatchObject({
      ...{ state: 'dead', total: 1 },
      deliveries: [{ id, event: 'hangup', unique_id: '1759230684.1', phone: '+375290000001', attempts: 3 }],
    });
    expect((await stage.send('POST', `/deliveries/${id}/retry`)).body).toEqual({ success: true, id, was: 'dead' });
    expect(await armed(id)).toBe(true);
    const [first, second] = [await add(), await add({ enterprise: '0368' })];
    expect((await stage.send('POST', '/deliveries/retry', { enterprise: '0368' })).body).toEqual({
      success: true,
      retried: 1,
    });
    expect([await armed(first), await armed(second)]).toEqual([false, true]);
    expect((await stage.send('POST', '/deliveries/retry')).body).toMatchObject({ success: true });
    expect(await armed(first)).toBe(true);
  });

  it('says what is wrong', async () => {
    const done = await add({ state: 'done' });
    expect((await stage.get('/deliveries?state=lost')).status).toBe(422);
    expect((await stage.get('/deliveries?limit=100000')).status).toBe(422);
    expect((await stage.send('POST', '/deliveries/retry', { enterprise_number: '0367' })).status).toBe(422);
    expect((await stage.send('POST', `/deliveries/${done}/retry`)).status).toBe(409);
    expect((await stage.send('POST', '/deliveries/999999999/retry')).status).toBe(404);
    expect((await stage.send('POST', '/deliveries/all/retry')).status).toBe(404);
    expect((await stage.send('DELETE', '/deliveries')).status).toBe(405);
  });

  it('is for this machine only', async () => {
    const { port } = new URL(stage.address);
    const response = await fetch(`http://127.0.0.1:${port}/deliveries`, {
      headers: { 'content-type': 'text/plain' },
      method: 'POST',
      body: 'x',
    });
    expect(response.status).toBe(415);
    const { status } = await asForeign(Number(port));
    expect(status).toBe(403);
  });
});

/** As a page would whose name somebody’s DNS leads here. */
async function asForeign(port: number): Promise<{ status: number }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/deliveries', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    })
      .on('error', reject)
      .end();
  });
}
