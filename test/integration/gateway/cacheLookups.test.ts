import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../harness/until.js';
import { addEnterprise, client, createCacheStage, noAnswer, nobody, RETAILCRM, type CacheStage } from './cacheStage.js';

const PHONE = '+375290000001';

let stage: CacheStage;
beforeAll(async () => {
  stage = await createCacheStage();
});
afterAll(async () => {
  await stage.end();
});
beforeEach(async () => {
  await stage.clear();
  await addEnterprise(stage.pool, { config: RETAILCRM });
});

const nameOf = async (ent = '0367', phone = PHONE): Promise<unknown> =>
  (await stage.get(`/customer-name/${ent}/${phone}`)).body;
const profileOf = async (): Promise<unknown> => (await stage.get(`/customer-profile/0367/${PHONE}`)).body;
const stored = async (): Promise<unknown[]> => {
  const { rows } = await stage.pool.query<Record<string, unknown>>(
    'select enterprise_number, phone, crm, found, last_name from client_profiles order by 1, 2',
  );
  return rows;
};
/** As if the memory had been lost. */
const forget = (): Promise<unknown> => stage.send('POST', '/cache/invalidate/0367');
const customer = (number = '0367'): Promise<unknown> =>
  stage.pool.query(
    `insert into customers (enterprise_number, phone_e164, last_name, first_seen_at, last_seen_at)
     values ($1, $2, 'Сидоров', now(), now())`,
    [number, PHONE],
  );

describe('looking a client up', () => {
  it("asks the enterprise's CRM once, keeps the answer, and remembers it", async () => {
    stage.answerWith(() => client({ last_name: 'Иванов', first_name: 'Иван', extension: '150' }));
    expect(await nameOf()).toEqual({ name: 'Иванов Иван' });
    expect(await stored()).toEqual([
      { enterprise_number: '0367', phone: PHONE, crm: 'retailcrm', found: true, last_name: 'Иванов' },
    ]);
    expect(await profileOf()).toMatchObject({ last_name: 'Иванов', first_name: 'Иван', source: 'retailcrm' });
    expect((await stage.get(`/responsible-extension/june/80290000001`)).body).toEqual({ extension: '150' });
    await forget();
    expect(await nameOf()).toEqual({ name: 'Иванов Иван' });
    expect(stage.questions).toEqual([{ crm: 'retailcrm', enterprise: '0367', phone: PHONE }]);
  });

  it('asks once however many ask at the same time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage.answerWith(async () => {
      await held;
      return client({ last_name: 'Иванов' });
    });
    const names = Promise.all(Array.from({ length: 100 }, () => nameOf()));
    await until('the CRM is asked', () => Promise.resolve(stage.questions.length > 0));
    release();
    expect(new Set((await names).map((name) => JSON.stringify(name)))).toEqual(new Set(['{"name":"Иванов"}']));
    expect(stage.questions).toHaveLength(1);
  });

  it('remembers and keeps that the CRM knows nobody, and then knows what the own table knows', async () => {
    expect(await nameOf()).toEqual({ name: null });
    expect(await stored()).toMatchObject([{ crm: 'retailcrm', found: false }]);
    expect(await nameOf()).toEqual({ name: null });
    await customer();
    await forget();
    expect(await profileOf()).toMatchObject({ last_name: 'Сидоров', source: 'customers' });
    expect(stage.questions).toHaveLength(1);
  });

  it.each([
    ['says that it is away', () => noAnswer],
    ['says that the configuration is wrong', () => ({ status: 422, body: { error: 'wrong key', advice: 'Ключ' } })],
    ['answers something else', () => ({ status: 200, body: { status: 'ok' } })],
  ])('takes it for no answer when the adapter %s: not kept, not remembered', async (_what, reply) => {
    stage.answerWith(reply);
    expect(await nameOf()).toEqual({ name: null, stale: true });
    expect(await stored()).toEqual([]);
    stage.answerWith(() => client({ last_name: 'Иванов' }));
    expect(await nameOf()).toEqual({ name: 'Иванов' });
    expect(stage.questions).toHaveLength(2);
  });

  it('waits for the CRM 2.5 seconds at most, and names the client by what else is known', async () => {
    await customer();
    stage.answerWith(() => new Promise(() => undefined));
    expect(await profileOf()).toMatchObject({ last_name: 'Сидоров', source: 'customers', stale: true });
    expect(await stored()).toEqual([]);
  });

  it('asks again after an hour, and takes what the CRM once said when it does not answer', async () => {
    stage.answerWith(() => client({ last_name: 'Иванов' }));
    await nameOf();
    await stage.pool.query(`update client_profiles set looked_up_at = now() - interval '61 minutes'`);
    await forget();
    stage.answerWith(() => noAnswer);
    expect(await profileOf()).toMatchObject({ last_name: 'Иванов', source: 'retailcrm', stale: true });
    stage.answerWith(() => client({ last_name: 'Петров' }));
    expect(await nameOf()).toEqual({ name: 'Петров' });
    expect(stage.questions).toHaveLength(3);
  });

  it('does not ask a CRM that nothing is sent to now', async () => {
    await stage.pool.query(
      `insert into crm_destinations (enterprise_number, crm, failures, held_until)
       values ('0367', 'retailcrm', 5, now() + interval '1 minute')`,
    );
    expect(await nameOf()).toEqual({ name: null, stale: true });
    expect(stage.questions).toEqual([]);
    await stage.pool.query(`update crm_destinations set held_until = now() - interval '1 second'`);
    expect(await nameOf()).toEqual({ name: null });
    expect(stage.questions).toHaveLength(1);
  });

  it('does not believe what another CRM said', async () => {
    await stage.pool.query(
      `insert into client_profiles (enterprise_number, phone, crm, found, last_name)
       values ('0367', $1, 'uon', true, 'Иванов')`,
      [PHONE],
    );
    expect(await nameOf()).toEqual({ name: null });
    expect(stage.questions).toHaveLength(1);
  });

  it('asks the primary CRM when several are switched on, and none when it is switched off', async () => {
    const uon = { uon: { enabled: true, api_key: 'made-up' } };
    await addEnterprise(stage.pool, {
      number: '0368',
      name: 'may',
      config: { ...RETAILCRM, ...uon, smart: { primary: 'uon' } },
    });
    await addEnterprise(stage.pool, {
      number: '0369',
      name: 'april',
      config: { uon: { ...uon.uon, enabled: false }, ...RETAILCRM, smart: { primary: 'uon' } },
    });
    await nameOf('0368');
    await nameOf('0369');
    expect(stage.questions).toEqual([{ crm: 'uon', enterprise: '0368', phone: PHONE }]);
  });

  it('never tells one enterprise what another one knows', async () => {
    await addEnterprise(stage.pool, { number: '0368', name: 'may', config: RETAILCRM });
    await addEnterprise(stage.pool, { number: '0369', name: 'april' });
    await customer('0367');
    stage.answerWith(({ enterprise }) => (enterprise === '0367' ? client({ last_name: 'Иванов' }) : nobody));
    const names = await Promise.all(['0367', '0368', '0369', '0367', '0368', '0369'].map((ent) => nameOf(ent)));
    const [named, unnamed] = [{ name: 'Иванов' }, { name: null }];
    expect(names).toEqual([named, unnamed, unnamed, named, unnamed, unnamed]);
    expect(stage.questions.map(({ enterprise }) => enterprise).sort()).toEqual(['0367', '0368']);
    for (const ent of ['0367', '0368', '0369']) await stage.send('POST', `/cache/invalidate/${ent}`);
    expect([await nameOf('0367'), await nameOf('0368'), await nameOf('0369')]).toEqual([named, unnamed, unnamed]);
    expect(stage.questions).toHaveLength(2);
  });

  it('forgets what is on its way when the settings change meanwhile', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage.answerWith(async () => {
      await held;
      return client({ last_name: 'Иванов' });
    });
    const early = nameOf();
    await until('the CRM is asked', () => Promise.resolve(stage.questions.length > 0));
    await stage.send('PUT', '/config/0367/retailcrm', { ...RETAILCRM.retailcrm, domain: 'https://new.example' });
    release();
    await early;
    expect(await stored()).toEqual([]);
    stage.answerWith(() => client({ last_name: 'Петров' }));
    expect(await nameOf()).toEqual({ name: 'Петров' });
  });
});
