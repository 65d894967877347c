import type { Crm } from '@live-calls/shared/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSuite, type PartName, type Suite } from '../harness/suite.js';
import { isFull } from './form.js';
import { allowedMs, goesOn } from './goesOn.js';
import { killAt } from './killAt.js';
import type { Point } from './points.js';
import './row.js';

/** Demo accounts of Bitrix24 get the recording that long after the end of a call. */
const RECORDED_MS = 1_000;

export interface Case {
  victim: PartName;
  point: Point;
}

/** Everybody at every point. */
export const everyCase = (victims: readonly PartName[], points: readonly Point[]): Case[] =>
  victims.flatMap((victim) => points.map((point) => ({ victim, point })));

/** One test for each case: nothing is lost, nothing is there twice, and it goes on. */
export function matrix(crms: readonly Crm[], cases: readonly Case[]): void {
  let suite: Suite;
  let usualMs = 0;
  beforeAll(async () => {
    suite = await createSuite(crms);
    if (isFull()) usualMs = await goesOn(suite);
  });
  afterAll(() => suite.end());

  for (const { victim, point } of cases) {
    it(`${victim} is killed: ${point.step} (${point.crm})`, async ({ task }) => {
      const step = `${point.step} (${point.crm})`;
      task.meta.crash = [{ victim, step, deaths: 1 }];
      const outcome = await killAt(suite, victim, point);
      const { discrepancies, inWindow: twice, reported, freshMs: goesOnMs, settledMs } = outcome;
      task.meta.crash = [
        { victim, step, deaths: 1, discrepancies: discrepancies.length, twice, reported, goesOnMs, settledMs },
      ];
      expect(discrepancies).toEqual([]);
      const slowestMs = Math.max(goesOnMs, settledMs - RECORDED_MS);
      expect(slowestMs).toBeLessThan(await allowedMs(suite, usualMs, slowestMs));
    });
  }
}
