import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { createAdapter } from '../../../services/bitrix24/src/adapter.js';
import { createAttaching } from '../../../services/bitrix24/src/recording.js';
import { startAdapter, type AdapterUnderTest } from '../../contract/adapterUnderTest.js';
import { fixture } from '../../contract/bitrix24.js';
import { missed, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type GotRequest, type Reply, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { sample } from '../emulatorCrmStage.js';

let database: TestDatabase;
let account: ScriptedCrm;
let host: ScriptedCrm;
let adapter: AdapterUnderTest;

beforeAll(async () => {
  [database, account, host] = await Promise.all([createTestDatabase(), startScriptedCrm(), startScriptedCrm()]);
  const options = { pool: database.pool, allow: [account.host, host.host], section: fixture.section(account.origin) };
  adapter = await startAdapter(createAdapter({ attaching: createAttaching(1) }), options);
});
afterAll(async () => {
  await adapter.close();
  await Promise.all([account.close(), host.close()]);
  await database.drop();
});
beforeEach(async () => {
  await recordingsAt(`${host.origin}/records/{unique_id}`);
  account.requests.length = 0;
  host.requests.length = 0;
  account.answers(portal);
});

const recordingsAt = (template: string | null) =>
  database.pool.query('update enterprises set recordings_url = $1', [template]);

const ATTACH = 'telephony.externalCall.attachRecord';
const isAttach = ({ path }: GotRequest): boolean => path.endsWith(`/${ATTACH}`);
const attached = () => account.requests.filter(isAttach).map(({ json }) => json as Record<string, unknown>);

function portal(request: GotRequest): Reply {
  if (!isAttach(request)) return fixture.answer(request);
  return { status: 200, json: sample('bitrix24-telephony-externalcall-attachrecord').response?.json };
}

const sound = (length = 100): string => `RIFF\u0024\0\0\0WAVEfmt ${'x'.repeat(length)}`;

/** As hosts serve files: the first byte with the size of the whole, or all of it. */
function file(content: string, type = 'audio/wav'): (request: GotRequest) => Reply {
  return ({ headers }) =>
    headers['range'] === undefined
      ? { status: 200, headers: { 'content-type': type }, html: content }
      : {
          status: 206,
          headers: { 'content-type': type, 'content-range': `bytes 0-0/${String(Buffer.byteLength(content))}` },
          html: content.slice(0, 1),
        };
}

const DONE = { outcome: 'done', notes: [] };
const later = (error: RegExp) => ({
  ...{ outcome: 'retry', kind: 'unavailable', only_this: true },
  error: expect.stringMatching(error) as string,
});

describe('a recording', () => {
  it('is fetched from the enterprise’s host by the UniqueId and attached once, after its call', async () => {
    host.answers(file(sound()));
    const call = sampleCall({ external_id: '12.7-1759220100' });
    // It may come before its call is in the journal.
    expect((await adapter.deliver('record', call)).outcome).toEqual(DONE);
    expect((await adapter.deliver('hangup', call)).outcome).toEqual(DONE);
    expect((await adapter.deliver('record', call, { attempt: 2 })).outcome).toEqual(DONE);
    expect(host.requests.map(({ path }) => path)).toEqual(['/records/12.7', '/records/12.7']);
    expect(account.requests.filter(fixture.isJournal)).toHaveLength(1);
    expect(attached()).toEqual([
      {
        CALL_ID: expect.stringMatching(/^externalCall\./) as string,
        FILENAME: '12.7-1759220100.wav',
        FILE_CONTENT: Buffer.from(sound()).toString('base64'),
      },
    ]);
  });

  it('is of its kind by its bytes, whatever it is called', async () => {
    host.answers(file('ID3\u0004\0 sound', 'application/octet-stream'));
    expect((await adapter.deliver('record', sampleCall())).outcome).toEqual(DONE);
    expect(attached()).toMatchObject([{ FILENAME: expect.stringMatching(/\.mp3$/) as string }]);
  });

  it('of a call that nobody answered, or of an enterprise without recordings, is none', async () => {
    host.answers(file(sound()));
    expect((await adapter.deliver('record', missed())).outcome).toEqual(DONE);
    await recordingsAt(null);
    expect((await adapter.deliver('record', sampleCall())).outcome).toEqual(DONE);
    expect([host.requests, attached()]).toEqual([[], []]);
  });

  it('that is still being written is fetched later, when it has stopped growing', async () => {
    const call = sampleCall();
    let length = 100;
    host.answers((request) => file(sound((length += 10)))(request));
    expect((await adapter.deliver('record', call)).outcome).toMatchObject(later(/still being written/));
    expect(attached()).toEqual([]);
    host.answers(file(sound(200)));
    expect((await adapter.deliver('record', call, { attempt: 2 })).outcome).toEqual(DONE);
    expect(attached()).toHaveLength(1);
  });

  test.each([
    ['is not there yet', () => ({ status: 404, html: 'Not Found' }), /answered 404/],
    ['is on a host that fails', () => ({ status: 503, html: '' }), /answered 503/],
    ['is on a host that hangs up', () => 'reset' as const, /host/],
    ['is empty', file(''), /still being written/],
    ['has moved', () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' }, html: '' }), /answered 302/],
  ] as const)('that %s is tried again, and the portal has nothing to do with it', async (_name, reply, error) => {
    host.answers(reply);
    expect((await adapter.deliver('record', sampleCall())).outcome).toMatchObject(later(error));
    expect(attached()).toEqual([]);
  });

  test.each([
    ['is a page', file('<html>Вход</html>', 'text/html'), /neither wav nor mp3/],
    [
      'is too large',
      () => ({ status: 206, headers: { 'content-range': 'bytes 0-0/90000000' }, html: 'R' }),
      /90000000 bytes/,
    ],
  ] as const)('that %s is refused with advice', async (_name, reply, error) => {
    host.answers(reply);
    expect((await adapter.deliver('record', sampleCall())).outcome).toMatchObject({
      ...{ outcome: 'dead', kind: 'rejected', error: expect.stringMatching(error) as string },
      advice: expect.stringMatching(/[а-яё]/i) as string,
    });
    expect(attached()).toEqual([]);
  });

  it('on a host of a private network is not fetched', async () => {
    await recordingsAt('https://10.0.0.1/{unique_id}.wav');
    expect((await adapter.deliver('record', sampleCall())).outcome).toMatchObject({
      ...{ outcome: 'dead', kind: 'configuration', advice: expect.stringContaining('10.0.0.1') as string },
    });
  });

  test.each(['https://10.0.0.1/upload', 'http://127.0.0.1:1/upload', 'https://[::ffff:169.254.169.254]/upload'])(
    'is not sent to %s, whoever names that address',
    async (uploadUrl) => {
      host.answers(file(sound(3_000_000)));
      account.answers((request) =>
        isAttach(request)
          ? { status: 200, json: { result: { uploadUrl, fieldName: 'file' } } }
          : fixture.answer(request),
      );
      const { outcome } = await adapter.deliver('record', sampleCall());
      expect(outcome).toMatchObject({ outcome: 'dead', kind: 'configuration' });
    },
  );

  it('of a call that the portal has not put down yet is attached later', async () => {
    host.answers(file(sound()));
    const early = 'Call is not found in the statistic table. Looks like it is not finished yet.';
    account.answers((request) =>
      isAttach(request)
        ? { status: 400, json: { error: 'ERROR_CORE', error_description: early } }
        : fixture.answer(request),
    );
    const call = sampleCall();
    expect((await adapter.deliver('record', call)).outcome).toMatchObject(later(/not finished yet/));
    account.answers(portal);
    expect((await adapter.deliver('record', call, { attempt: 2 })).outcome).toEqual(DONE);
  });
});
