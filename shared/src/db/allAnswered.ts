import { DatabaseError } from 'pg';

/** SQLSTATE of whatever is asked in a transaction after something failed in it, and of statements not prepared for that. */
const CONSEQUENCES = new Set<string | undefined>(['25P02', '26000']);

type Answers<T extends readonly unknown[]> = { -readonly [Place in keyof T]: Awaited<T[Place]> };

/**
 * The answers to what was asked at once in one transaction. Like Promise.all, but it waits for each of them even when
 * one fails: nothing may still be asked when the transaction is rolled back.
 *
 * @throws what failed first, not what failed because of it
 */
export async function allAnswered<T extends readonly unknown[]>(asked: T): Promise<Answers<T>> {
  const settled = await Promise.allSettled(asked);
  const failures: unknown[] = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((failure) => !isConsequence(failure)) ?? failures[0];
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as Answers<T>;
}

function isConsequence(failure: unknown): boolean {
  return failure instanceof DatabaseError && CONSEQUENCES.has(failure.code);
}
