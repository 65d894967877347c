import type { Command } from '../command.js';
import { doctorCommand } from '../doctor/doctor.js';
import { enterpriseCommands } from './enterprise.js';
import { integrationCommands } from './integration.js';
import { lineCommands } from './line.js';
import { managerCommands } from './manager.js';
import { secretsCommands } from './secrets.js';
import { subscriberCommands } from './subscriber.js';

/** Everything that `npm run admin` can do. */
export const COMMANDS: readonly Command[] = [
  ...enterpriseCommands,
  ...subscriberCommands,
  ...managerCommands,
  ...lineCommands,
  ...integrationCommands,
  ...secretsCommands,
  doctorCommand,
];
