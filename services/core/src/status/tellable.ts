import type { SeenEvent } from '@live-calls/shared/db';
import { DEEPEST_WRITTEN, isNestedDeeper } from '@live-calls/shared/runtime';

/** An event as it can be written into an answer. */
export const tellable = <T extends SeenEvent>(event: T): T =>
  isNestedDeeper(event.body, DEEPEST_WRITTEN) ? { ...event, body: { nested: 'слишком глубоко, не показано' } } : event;
