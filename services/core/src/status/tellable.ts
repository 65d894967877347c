import type { SeenEvent } from '@live-calls/shared/db';
import { isNestedDeeper } from '@live-calls/shared/runtime';

/** Nothing that hosts send comes near; what is nested some thousand times deep can be read and not be written again. */
const DEEPEST = 100;

/** An event as it can be written into an answer. */
export const tellable = <T extends SeenEvent>(event: T): T =>
  isNestedDeeper(event.body, DEEPEST) ? { ...event, body: { nested: 'слишком глубоко, не показано' } } : event;
