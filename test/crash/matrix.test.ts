import { everyCase, matrix } from './matrix.js';
import { POINTS, pointsInCrm } from './points.js';

const VICTIMS = ['core', 'integration-cache', 'retailcrm', 'database'] as const;

const WHOLE_WAY = [...POINTS, ...pointsInCrm('retailcrm')];

matrix(
  ['retailcrm'],
  everyCase(VICTIMS, WHOLE_WAY).filter(({ victim, point }) => point.short?.includes(victim)),
);
