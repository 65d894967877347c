import { everyCase, matrix } from './matrix.js';
import { POINTS, pointsInCrm } from './points.js';

matrix(['retailcrm'], everyCase(['core', 'retailcrm'], [...POINTS, ...pointsInCrm('retailcrm')]));
