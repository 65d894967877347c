import type { Crm } from '@live-calls/shared/contracts';
import { everyCase, matrix, type Case } from './matrix.js';
import { POINTS_OF_CANCEL, pointsOfCancelIn } from './points.js';

const PARTS = ['core', 'integration-cache', 'retailcrm', 'database'] as const;
const OTHERS: readonly Crm[] = ['moysklad', 'bitrix24'];

/** Whoever is at that moment at work for the cancel: the others die in the other matrices. */
const isAtWork = ({ victim, point }: Case): boolean => point.wire.split('→').includes(victim);

matrix(
  ['retailcrm', ...OTHERS],
  [
    ...everyCase(PARTS, POINTS_OF_CANCEL).filter(isAtWork),
    ...OTHERS.flatMap((crm) => everyCase([crm], pointsOfCancelIn(crm))),
  ],
);
