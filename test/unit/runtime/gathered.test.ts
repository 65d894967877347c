import { DatabaseError } from 'pg';
import { expect, it, vi } from 'vitest';
import { gathered } from '../../../shared/src/runtime/gathered.js';

/** Answers when it is told to. */
function createAsked() {
  const batches: { questions: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const ask = gathered(
    (questions: readonly number[]) =>
      new Promise<number[]>((resolve, reject) => {
        batches.push({ questions, answer: () => resolve(questions.map((one) => one * 10)), fail: reject });
      }),
    { atOnce: 1, most: 3 },
  );
  const asked = (): (readonly number[])[] => batches.map(({ questions }) => questions);
  return { ask, batches, asked };
}

it('what is asked while something is under way gathers for the next time, each gets its own answer', async () => {
  const { ask, batches, asked } = createAsked();
  const first = ask(1);
  await vi.waitFor(() => expect(asked()).toEqual([[1]]));
  const rest = Promise.all([ask(2), ask(3), ask(4), ask(5)]);
  batches[0]?.answer();
  await expect(first).resolves.toBe(10);
  await vi.waitFor(() => expect(asked()).toEqual([[1], [2, 3, 4]]));
  batches[1]?.answer();
  await vi.waitFor(() => expect(asked()).toEqual([[1], [2, 3, 4], [5]]));
  batches[2]?.answer();
  await expect(rest).resolves.toEqual([20, 30, 40, 50]);
});

it('one that PostgreSQL cannot answer keeps nobody from an answer', async () => {
  const refusal = new DatabaseError('invalid byte sequence', 0, 'error');
  const askAll = vi.fn((questions: readonly number[]) =>
    questions.includes(2) ? Promise.reject(refusal) : Promise.resolve([...questions]),
  );
  const ask = gathered(askAll);
  const told = await Promise.allSettled([ask(1), ask(2), ask(3)]);
  expect(told).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: refusal },
    { status: 'fulfilled', value: 3 },
  ]);
  expect(askAll.mock.calls).toEqual([[[1, 2, 3]], [[1]], [[2]], [[3]]]);
});

it('a database that is away is told to everybody, and asked again by who asks next', async () => {
  const { ask, batches, asked } = createAsked();
  const both = Promise.allSettled([ask(1), ask(2)]);
  await vi.waitFor(() => expect(asked()).toEqual([[1, 2]]));
  batches[0]?.fail(new Error('connection terminated'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = ask(3);
  await vi.waitFor(() => expect(asked()).toEqual([[1, 2], [3]]));
  batches[1]?.answer();
  await expect(next).resolves.toBe(30);
});
