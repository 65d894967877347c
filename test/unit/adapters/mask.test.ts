import { describe, expect, it } from 'vitest';
import { createMask, maskedJson, secretsOf } from '../../../shared/src/runtime/adapter/mask.js';
import { maskedLogger } from '../../../shared/src/runtime/adapter/maskedLogger.js';
import { shownAnswer } from '../../../shared/src/runtime/adapter/requestLog.js';
import type { Logger } from '@live-calls/shared/runtime';

const KEY = 'sécret "key"+/=';

describe('secrets', () => {
  const mask = createMask([KEY, 'abc']);

  it.each([
    ['as they are', KEY],
    ['in a URL', encodeURIComponent(KEY)],
    ['in a form', new URLSearchParams({ key: KEY }).toString()],
    ['in JSON', JSON.stringify({ key: KEY })],
    ['in a URL with small letters', encodeURIComponent(KEY).toLowerCase()],
    ['in JSON as PHP writes it', JSON.stringify({ key: KEY }).replaceAll('/', String.raw`\/`)],
  ])('are masked %s', (_how, text) => {
    expect(mask(`before ${text} after`)).toMatch(/^before .*\*\*\*.* after$/);
    expect(mask(text)).not.toMatch(/cret/);
  });

  it.each([
    ['text/plain', (text: string) => text],
    ['application/json', (text: string) => JSON.stringify({ text })],
  ])('are masked where a long answer (%s) is cut', (type, written) => {
    const secret = 'a-made-up-key-of-some-length';
    for (const length of [4_060, 4_070, 4_080, 4_090]) {
      const text = written(`${'x'.repeat(length)}${secret}${'y'.repeat(100)}`);
      const answer = { status: 200, headers: { 'content-type': type }, body: Buffer.from(text), text, json: undefined };
      expect(JSON.stringify(shownAnswer(createMask([secret]), answer))).not.toContain(secret.slice(0, 4));
    }
  });

  it('are masked in data whose other parts stay', () => {
    expect(maskedJson(createMask(['1']), { n: 1, text: '1', list: ['x1', null], flag: true })).toEqual({
      n: 1,
      text: '***',
      list: ['x***', null],
      flag: true,
    });
  });

  it('of an address with a key in it are its path and the key alone', () => {
    const secrets = secretsOf('bitrix24', { incoming_webhook: 'https://portal.example.com/rest/31/s3cretcode/' });
    const masked = createMask(secrets);
    expect(masked('https://portal.example.com/rest/31/s3cretcode/user.get')).toBe(
      'https://portal.example.com/***/user.get',
    );
    expect(masked('code s3cretcode is wrong')).toBe('code *** is wrong');
    expect(secretsOf('moysklad', { api_token: 't', integration_code: 'c' })).toEqual(['t', 'c']);
    expect(secretsOf('uon', { api_key: '' })).toEqual([]);
  });

  it('are not said in a log', () => {
    const said: unknown[] = [];
    const say = (...parts: unknown[]): void => void said.push(parts);
    const logger: Logger = { debug: say, info: say, warn: say, error: say, named: () => logger };
    const quiet = maskedLogger(logger, createMask(['hidden'])).named('part');
    quiet.error('failed with hidden', { error: new Error('hidden'), url: 'https://x/hidden', n: 1, data: ['hidden'] });
    quiet.info('no facts');
    expect(JSON.stringify(said)).not.toContain('hidden');
    expect(said).toMatchObject([
      ['failed with ***', { n: 1, url: 'https://x/***' }],
      ['no facts', undefined],
    ]);
  });
});
