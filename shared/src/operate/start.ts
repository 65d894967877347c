import { operate } from './operate.js';
import { startAll } from './startAll.js';

await operate(startAll);
