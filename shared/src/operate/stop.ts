import { POSTGRES } from './apps.js';
import { operate } from './operate.js';
import { isRunning, pm2, processes } from './pm2/pm2.js';

/** `npm stop`: services first, so that what they still hold reaches the database; then the database; then our pm2. */
await operate(async () => {
  const names = (await processes()).map(({ name }) => name);
  const services = names.filter((name) => name !== POSTGRES);
  if (services.length > 0) await pm2('delete', ...services);
  if (names.includes(POSTGRES)) await pm2('delete', POSTGRES);
  if (isRunning()) await pm2('kill');
  console.log(names.length === 0 ? 'Nothing was running.' : `Stopped ${names.join(', ')}.`);
});
