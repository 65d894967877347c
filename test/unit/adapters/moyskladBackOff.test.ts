import { describe, expect, it, test } from 'vitest';
import { CrmError } from '@live-calls/shared/runtime';
import { createBackOff } from '../../../services/moysklad/src/backOff.js';
import { PHONE_LIMIT, remapLimit } from '../../../services/moysklad/src/limits.js';
import { sample } from '../../integration/emulatorCrmStage.js';

const limits = sample('moysklad-limits') as unknown as {
  windowSeconds: number;
  weights: { weight: number; perWindow: number }[];
  phoneApi: { requestsPer5s: number };
};
const LIMITED = new CrmError('429', { kind: 'limited' });
const NO_KEY = new CrmError('401', { kind: 'configuration', advice: 'ключ' });

/** How many requests of a minute come through to an account that refuses all of them. */
function askedInAMinute(refusal: CrmError): number {
  let now = 0;
  let asked = 0;
  const backOff = createBackOff(() => now);
  for (; now < 60_000; now += 50) {
    try {
      backOff.admit('account');
    } catch {
      continue;
    }
    asked += 1;
    backOff.refused('account', refusal);
  }
  return asked;
}

describe('after a refusal', () => {
  it('an account is asked far less than would switch it off', () => {
    expect(askedInAMinute(LIMITED)).toBeLessThan(10);
    expect(askedInAMinute(NO_KEY)).toBeLessThan(10);
  });

  it('nothing is asked for as long as was told, and others are', () => {
    let now = 0;
    const backOff = createBackOff(() => now);
    backOff.refused('one', new CrmError('429', { kind: 'limited', retryAfterMs: 3_000 }));
    now = 1_500;
    expect(() => backOff.admit('other')).not.toThrow();
    const refused = (): void => backOff.admit('one');
    expect(refused).toThrow(CrmError);
    try {
      refused();
    } catch (error) {
      expect((error as CrmError).facts).toEqual({ kind: 'limited', retryAfterMs: 1_500 });
    }
    now = 3_000;
    expect(refused).not.toThrow();
  });

  it('the wait begins anew when the account has answered', () => {
    let now = 0;
    const backOff = createBackOff(() => now);
    for (const refusal of [NO_KEY, NO_KEY, NO_KEY]) backOff.refused('one', refusal);
    expect(() => backOff.admit('one')).toThrow(NO_KEY);
    backOff.answered('one');
    backOff.refused('one', NO_KEY);
    now = 1_000;
    expect(() => backOff.admit('one')).not.toThrow();
  });

  it('of this call, or a moment without an answer, the account is asked on', () => {
    const backOff = createBackOff(() => 0);
    backOff.refused('one', new CrmError('412', { kind: 'rejected', advice: 'поле' }));
    backOff.refused('one', new CrmError('503', { kind: 'unavailable' }));
    expect(() => backOff.admit('one')).not.toThrow();
  });
});

describe('the documented limits', () => {
  const inWindow = ({ burst, perSecond }: { burst: number; perSecond: number }, seconds: number): number =>
    Math.floor(burst + perSecond * seconds);

  test.each(limits.weights)('$weight units a request: $perWindow in the window', ({ weight, perWindow }) => {
    expect(inWindow(remapLimit(weight), limits.windowSeconds)).toBe(perWindow);
  });

  it('hold for the phone API and for the heaviest request', () => {
    expect(inWindow(PHONE_LIMIT, 5)).toBeLessThanOrEqual(limits.phoneApi.requestsPer5s);
    expect(remapLimit(45)).toMatchObject({ burst: 1, perSecond: 1 / 3 });
  });
});
