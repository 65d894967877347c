import type { Scenario, Step } from '../scenarios/scenario.js';
import { fill, type Values } from './fill.js';
import type { Answer, PostEvent } from './postEvent.js';

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
 * @throws NoAnswer when the core does not answer; what is left of the call is not played
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
