import { DatabaseError } from 'pg';

interface GatheredOptions {
  /** How many times at once it is asked. */
  atOnce?: number;
  /** Most questions at once. */
  most?: number;
}

interface Waiting<Question, Answer> {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/**
 * Asks together what is asked side by side: while so many are asked already, what comes gathers for the next time. So one
 * question is asked at once, and many cost little more than one.
 *
 * Questions must not depend on each other: none waits for another, and one that PostgreSQL cannot answer keeps nobody from
 * an answer.
 *
 * @param askAll answers in the order of the questions; what it throws, everybody is told who asked
 */
export function gathered<Question, Answer>(
  askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { atOnce = 2, most = 100 }: GatheredOptions = {},
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let asking = 0;
  let soon: NodeJS.Immediate | undefined;

  function begin(): void {
    soon = undefined;
    while (asking < atOnce && waiting.length > 0) {
      asking += 1;
      void ask(waiting.splice(0, most)).finally(() => {
        asking -= 1;
        begin();
      });
    }
  }

  async function ask(all: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await askAll(all.map(({ question }) => question));
      all.forEach(({ resolve }, place) => resolve(answers[place] as Answer));
    } catch (error) {
      if (all.length > 1 && error instanceof DatabaseError) await Promise.all(all.map((one) => ask([one])));
      else for (const { reject } of all) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      soon ??= setImmediate(begin);
    });
}
