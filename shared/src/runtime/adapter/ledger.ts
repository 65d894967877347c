/** What was done in a CRM for one call (`crm_steps`). */
export interface Ledger {
  /**
   * Does a step unless it is done already.
   *
   * @param step unique within the call, e.g. `upload`
   * @param onUnknown what to do when it was begun before and nobody knows whether it was done: `repeat` it because the
   *   CRM recognises repetitions, or `report` it (throws a CrmError `unknown`) because it would be there twice
   * @returns the step's result, also when it was done earlier; it has to be JSON
   * @throws what `perform` throws. A CrmError other than `unknown` says that the step was not done: it is forgotten
   */
  once<T>(step: string, onUnknown: 'repeat' | 'report', perform: () => Promise<T>): Promise<T>;
  /** The result of a step that is done; undefined when it is not. */
  resultOf(step: string): Promise<unknown>;
  /** Names of the steps that are done, in order. */
  done(): Promise<string[]>;
}
