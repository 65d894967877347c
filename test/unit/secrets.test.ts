import { describe, expect, it } from 'vitest';
import { readIntegrations } from '@live-calls/shared/contracts';
import { createSecrets, openWhatOpens, SecretUnreadable, sealSection } from '@live-calls/shared/runtime';

const secrets = createSecrets('a-made-up-key-of-a-test');
const other = createSecrets('another-made-up-key-of-a-test');
const TOKEN = '100000:made-up-token';

describe('a secret at rest', () => {
  it('is encrypted, and comes back as it was', () => {
    const stored = secrets.seal(TOKEN);
    expect(stored).toMatch(/^enc:v1:[\w-]+$/);
    expect(stored).not.toContain('100000');
    expect(secrets.open(stored)).toBe(TOKEN);
    expect(secrets.open(secrets.seal('ключ 🔑'))).toBe('ключ 🔑');
  });

  it('is the same text whenever it is the same secret, and another one otherwise', () => {
    expect(createSecrets('a-made-up-key-of-a-test').seal(TOKEN)).toBe(secrets.seal(TOKEN));
    expect(secrets.seal(`${TOKEN}1`)).not.toBe(secrets.seal(TOKEN));
    expect(other.seal(TOKEN)).not.toBe(secrets.seal(TOKEN));
  });

  it('is not encrypted twice, and nothing is made of an empty one', () => {
    const stored = secrets.seal(TOKEN);
    expect(secrets.seal(stored)).toBe(stored);
    expect(secrets.seal('')).toBe('');
  });

  it('is read as it is when somebody wrote it in plain text', () => {
    expect(secrets.open(TOKEN)).toBe(TOKEN);
    expect(createSecrets(undefined).open(TOKEN)).toBe(TOKEN);
    expect(createSecrets(undefined).seal(TOKEN)).toBe(TOKEN);
  });

  it.each([
    ['another key', () => other.open(secrets.seal(TOKEN))],
    ['no key', () => createSecrets(undefined).open(secrets.seal(TOKEN))],
    ['a text that was changed', () => secrets.open(`${secrets.seal(TOKEN).slice(0, -4)}AAAA`)],
    ['a text that was cut off', () => secrets.open('enc:v1:AAAA')],
    ['nothing', () => secrets.open('enc:v1:')],
  ])('is not read with %s, and the error holds nothing of it', (_what, read) => {
    expect(read).toThrow(SecretUnreadable);
    expect(read).not.toThrow(/100000|made-up-token/);
  });
});

describe('the section of a CRM', () => {
  const section = { enabled: true, incoming_webhook: 'portal.bitrix24.example/rest/1/made-up/', default_user_id: 31 };

  it('has its secret fields encrypted and the others as they are', () => {
    const sealed = sealSection(secrets, 'bitrix24', section) as typeof section;
    expect(sealed).toEqual({ ...section, incoming_webhook: secrets.seal(section.incoming_webhook) });
    expect(openWhatOpens(secrets, 'bitrix24', sealed)).toEqual(section);
    expect(openWhatOpens(secrets, 'bitrix24', JSON.stringify(sealed))).toEqual(section);
  });

  it('stays encrypted for whoever has another key', () => {
    const sealed = sealSection(secrets, 'bitrix24', section);
    expect(openWhatOpens(other, 'bitrix24', sealed)).toEqual(sealed);
  });

  it('is enabled and without problems for those who do not need its secrets', () => {
    const config = {
      bitrix24: sealSection(secrets, 'bitrix24', section),
      retailcrm: sealSection(secrets, 'retailcrm', { enabled: true, domain: 'demo.example', api_key: 'made-up' }),
    };
    expect(readIntegrations(config)).toMatchObject({ enabled: ['retailcrm', 'bitrix24'], problems: [] });
  });

  it('is broken when the address in it is none', () => {
    const { problems } = readIntegrations({ bitrix24: { ...section, incoming_webhook: 'ftp://portal.example' } });
    expect(problems[0]?.problem).toBe(
      'incoming_webhook: incoming_webhook must be an address such as https://example.com',
    );
  });

  it('is not touched when it is no object, or not of a CRM', () => {
    expect(sealSection(secrets, 'retailcrm', [1])).toEqual([1]);
    expect(sealSection(secrets, 'retailcrm', null)).toBeNull();
    expect(sealSection(secrets, 'smart', { primary: 'ms' })).toEqual({ primary: 'ms' });
  });
});
