import { everyCase, matrix } from './matrix.js';
import { pointsInCrm } from './points.js';

const CRMS = ['uon', 'moysklad', 'bitrix24'] as const;

matrix(
  CRMS,
  CRMS.flatMap((crm) => everyCase([crm, 'database'], pointsInCrm(crm))),
);
