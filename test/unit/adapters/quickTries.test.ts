import { describe, expect, it } from 'vitest';
import { CrmError, NoAnswer, withQuickTries } from '@live-calls/shared/runtime';
import { OutOfTime } from '../../../shared/src/runtime/adapter/crmHttp.js';

/** How often something was tried that always fails so. */
async function triesOf(error: Error, mayRepeat: boolean): Promise<number> {
  let tries = 0;
  await expect(
    withQuickTries(
      () => {
        tries += 1;
        return Promise.reject(error);
      },
      { mayRepeat, tries: 2 },
    ),
  ).rejects.toBe(error);
  return tries;
}

describe('quick tries', () => {
  it.each([
    ['nothing was sent', new NoAnswer('refused', false), 2, 2],
    ['it may have been carried out', new NoAnswer('reset', true), 2, 1],
    ['the CRM is not available', new CrmError('500', { kind: 'unavailable' }), 2, 2],
    ['it wants a moment', new CrmError('429', { kind: 'limited' }), 2, 2],
    ['it wants a minute', new CrmError('429', { kind: 'limited', retryAfterMs: 60_000 }), 1, 1],
    ['a setting is wrong', new CrmError('403', { kind: 'configuration', advice: '…' }), 1, 1],
    ['it is refused', new CrmError('400', { kind: 'rejected', advice: '…' }), 1, 1],
    ['the time is over', new OutOfTime(), 1, 1],
    ['somebody has made a mistake', new TypeError('x'), 1, 1],
  ])('when %s', async (_why, error, repeatable, other) => {
    expect([await triesOf(error, true), await triesOf(error, false)]).toEqual([repeatable, other]);
  });

  it('return what the first success returned', async () => {
    const failures = [new NoAnswer('refused', false)];
    const attempt = (): Promise<string> => {
      const failure = failures.pop();
      return failure === undefined ? Promise.resolve('done') : Promise.reject(failure);
    };
    expect(await withQuickTries(attempt, { mayRepeat: false })).toBe('done');
  });

  it('begin no try after their time', async () => {
    let tries = 0;
    const attempt = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new NoAnswer('refused', false));
    };
    await expect(withQuickTries(attempt, { mayRepeat: true, tries: 9, budgetMs: 0 })).rejects.toThrow('refused');
    expect(tries).toBe(1);
  });
});
