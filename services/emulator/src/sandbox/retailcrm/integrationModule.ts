import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import type { Account } from './account.js';
import { accept, done } from './answers.js';
import { readFormField } from './formField.js';
import { IntegrationModule } from './shapes.js';

const EDIT = 'integration-modules/edit';

/** Switches telephony on or off and says who has which extension. */
export function editModule(account: Account, exchange: Exchange, code: string): Answer {
  const module = accept(exchange, EDIT, IntegrationModule, readFormField(exchange, EDIT, 'integrationModule'));
  if (module.code !== code)
    exchange.violate(`${EDIT}: code в теле («${module.code}») не тот, что в адресе («${code}»).`);
  const telephony = module.integrations?.telephony;
  account.isTelephonyOn = module.active !== false && telephony !== undefined;
  for (const { userId, code: extension } of telephony?.additionalCodes ?? []) {
    account.users.find(({ id }) => id === Number(userId))?.codes.add(extension);
  }
  return done({ info: {} });
}
