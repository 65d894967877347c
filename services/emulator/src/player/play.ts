import type { EventType, Scenario, Step } from '../scenarios/scenario.js';
import { fill, type Values } from './fill.js';

export interface Answer {
  status: number;
  body: string;
  ms: number;
}

export type PostEvent = (event: EventType, body: Record<string, unknown>) => Promise<Answer>;

export interface PlayedStep {
  step: Step;
  /** Since the scenario began. */
  atMs: number;
  answer: Answer;
}

interface Player {
  values: Values;
  postEvent: PostEvent;
  wait: (ms: number) => Promise<void>;
  /** 1 is the usual pace, 2 twice as fast. */
  pace?: number;
  onStep?: (played: PlayedStep) => void;
}

/**
 * Plays a call: posts its events one after the other at its pace, each with the values of that moment.
 *
 * Rejects as `postEvent` does; what is left of the call is not played then.
 */
export async function play(scenario: Scenario, { values, postEvent, wait, pace = 1, onStep }: Player): Promise<void> {
  const begin = performance.now();
  for (const step of scenario.steps) {
    await wait(step.afterMs / pace);
    const atMs = performance.now() - begin;
    const answer = await postEvent(step.event, fill(step.data, values));
    onStep?.({ step, atMs, answer });
  }
}
