import { everyCase, matrix } from './matrix.js';
import { POINTS, pointsInCrm } from './points.js';

matrix(['retailcrm'], everyCase(['database', 'integration-cache'], [...POINTS, ...pointsInCrm('retailcrm')]));
