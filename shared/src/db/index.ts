export { migrate } from './migrate.js';
export { prepareDatabase } from './prepareDatabase.js';
export { createPool, inTransaction, type Queryable } from './pool.js';
export { findActiveTokens, loadEnterprises, type EnterpriseRow } from './enterprises.js';
export { listen, type Listening } from './listen.js';
