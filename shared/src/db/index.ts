export { migrate } from './migrate.js';
export { prepareDatabase } from './prepareDatabase.js';
export { createPool, inTransaction, type Queryable } from './pool.js';
