/** Something that a person has to put right. The message says what and how; a stack would only hide it. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}
