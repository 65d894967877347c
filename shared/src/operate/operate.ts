import { OperatorError } from '../runtime/operatorError.js';

/** Runs a command of the operator: what went wrong is said on stderr, and the exit code is 1. */
export async function operate(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(error instanceof OperatorError ? error.message : error);
    process.exit(1);
  }
}
