import { expect, it } from 'vitest';
import { createQuestions, type Question, type Questions } from '../../../services/core/src/names/questions.js';
import { sampleTenant } from '../notify/sample.js';
import { EnterpriseNumber } from '@live-calls/shared/contracts';

interface Asked {
  questions: Questions;
  begun: Question[];
  givenUp: Question[];
  /** Answers the `n`-th. */
  answer(n: number): Promise<void>;
}

function asked(limits: { atOnce?: number; perTenant?: number; mostWaiting?: number } = {}): Asked {
  const begun: Question[] = [];
  const givenUp: Question[] = [];
  const ends: (() => void)[] = [];
  const questions = createQuestions({
    ...limits,
    answer: (question) => {
      begun.push(question);
      return new Promise((resolve) => ends.push(resolve));
    },
    onGivenUp: (question) => givenUp.push(question),
  });
  return {
    questions,
    begun,
    givenUp,
    answer: async (n) => {
      ends[n]?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const tenant = sampleTenant();
const other = sampleTenant({ number: EnterpriseNumber.parse('0368') });
const call = (uuid: string, phone = '+375290000001') => ({ uuid, phone, clientName: null });
const phones = (questions: Question[]): string[] => questions.map(({ phone }) => phone);

it('one question a client: calls join the one that is open, and a new one begins when it is answered', async () => {
  const { questions, begun, answer } = asked();
  questions.ask(tenant, call('a'));
  questions.ask(tenant, call('b'));
  questions.ask(other, call('c'));
  expect(begun.map(({ calls }) => [...calls.keys()])).toEqual([['a', 'b'], ['c']]);
  await answer(0);
  questions.ask(tenant, call('d'));
  expect([...(begun[2]?.calls.keys() ?? [])]).toEqual(['d']);
});

it('so many at once, and of one tenant so many, so that others have their turn', async () => {
  const { questions, begun, answer } = asked({ atOnce: 3, perTenant: 2 });
  for (const phone of ['1', '2', '3']) questions.ask(tenant, call(phone, phone));
  for (const phone of ['4', '5']) questions.ask(other, call(phone, phone));
  expect(phones(begun)).toEqual(['1', '2', '4']);
  await answer(2);
  expect(phones(begun)).toEqual(['1', '2', '4', '5']);
  await answer(0);
  expect(phones(begun)).toEqual(['1', '2', '4', '5', '3']);
});

it('when too many wait, the oldest is not asked', async () => {
  const { questions, begun, givenUp, answer } = asked({ atOnce: 1, mostWaiting: 2 });
  for (const phone of ['1', '2', '3', '4']) questions.ask(tenant, call(phone, phone));
  expect(phones(givenUp)).toEqual(['2']);
  await answer(0);
  expect(phones(begun)).toEqual(['1', '3']);
});

it('ends with those that were begun', async () => {
  const { questions, begun, answer } = asked({ atOnce: 1 });
  for (const phone of ['1', '2']) questions.ask(tenant, call(phone, phone));
  const stopped = questions.stop();
  await answer(0);
  await stopped;
  expect(phones(begun)).toEqual(['1']);
});
