import { assign } from './assign.js';
import type { Command } from './command.js';
import { deliverAgain } from './deliverAgain.js';
import type { ProcessOptions } from './processed.js';
import { reprocess } from './reprocess.js';
import { selected } from './selected.js';

export interface ReplayOptions extends ProcessOptions {
  print: (text: string) => void;
}

/**
 * Does what was asked for on the command line.
 *
 * @returns whether all of it was done
 * @throws OperatorError when there is nothing of the kind, WrongCommand when a time cannot be read
 */
export async function replay({ which, target, again, dryRun }: Command, options: ReplayOptions): Promise<boolean> {
  if (which.kind === 'unassigned') return assign({ ...options, dryRun }, which.enterprise);
  const calls = await selected(options.pool, which);
  if (target === undefined) return reprocess({ ...options, dryRun }, calls);
  return deliverAgain({ ...options, dryRun, target, again }, calls);
}
