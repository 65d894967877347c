export { migrate } from './migrate.js';
export { createPool, inTransaction, type Queryable } from './pool.js';
