import type { CrmCall } from '../../db/crmSteps.js';
import { beginStep, begunSteps, doneSteps, finishStep, forgetStep } from '../../db/crmSteps.js';
import type { Queryable } from '../../db/pool.js';
import { CrmError } from './crmError.js';
import { NoAnswer } from './crmHttp.js';

/** What was done in a CRM for one call (`crm_steps`). */
export interface Ledger {
  /**
   * Does a step unless it is done already.
   *
   * @param step unique within the call, e.g. `upload`
   * @param onUnknown what to do when it was begun before and nobody knows whether it was done: `repeat` it because the
   *   CRM recognises repetitions, or `report` it (throws a CrmError `unknown`) because it would be there twice
   * @param perform may be tried several times inside (`withQuickTries`); must not begin another step; is told whether the
   *   step was begun before and may be done already
   * @returns the step's result, also when it was done earlier; it has to be JSON (undefined becomes null)
   * @throws what `perform` throws. A CrmError other than `unknown`, or a NoAnswer that was not sent, says that the step
   *   was not done: it is forgotten, unless an earlier try of it got no answer. A NoAnswer that was sent is thrown as a
   *   CrmError `unknown` for `report`
   */
  once<T>(step: string, onUnknown: 'repeat' | 'report', perform: (isRepeated: boolean) => Promise<T>): Promise<T>;
  /** The result of a step that is done; undefined when it is not. */
  resultOf(step: string): Promise<unknown>;
  /** Names of the steps that are done, in order. */
  done(): Promise<string[]>;
  /** Names of the steps that are done, and of those that may be. */
  begun(): Promise<string[]>;
}

const UNKNOWN_ADVICE =
  'Проверьте звонок в CRM: был запрос, на который не пришёл ответ. Если звонка там нет, внесите его вручную; повтор мог бы создать второй.';

export function createLedger(db: Queryable, call: CrmCall): Ledger {
  return {
    async once<T>(
      step: string,
      onUnknown: 'repeat' | 'report',
      perform: (isRepeated: boolean) => Promise<T>,
    ): Promise<T> {
      const begun = await beginStep(db, call, step);
      // What was stored is what `perform` returned.
      if (begun.state === 'done') return begun.result as T;
      if (begun.state === 'unanswered' && onUnknown === 'report')
        throw unknown(`${step}: was begun before, its answer is not known`);
      let result: T;
      try {
        result = await perform(begun.state === 'unanswered');
      } catch (error) {
        // An earlier attempt may have done what this one has not.
        if (wasNotDone(error) && begun.state === 'begun') await forgetStep(db, call, step);
        throw toldAs(step, onUnknown, error);
      }
      await finishStep(db, call, step, result);
      return result;
    },
    resultOf: async (step) => (await doneSteps(db, call)).find((done) => done.step === step)?.result,
    done: async () => (await doneSteps(db, call)).map(({ step }) => step),
    begun: () => begunSteps(db, call),
  };
}

function wasNotDone(error: unknown): boolean {
  if (error instanceof NoAnswer) return !error.sent;
  return error instanceof CrmError && error.facts.kind !== 'unknown' && !error.mayBeDone;
}

function toldAs(step: string, onUnknown: 'repeat' | 'report', error: unknown): unknown {
  const isUnknown = onUnknown === 'report' && error instanceof NoAnswer && error.sent;
  return isUnknown ? unknown(`${step}: ${error.message}`) : error;
}

const unknown = (reason: string): CrmError => new CrmError(reason, { kind: 'unknown', advice: UNKNOWN_ADVICE });
