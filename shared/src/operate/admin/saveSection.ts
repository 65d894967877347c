import type pg from 'pg';
import {
  CRM_FACTS,
  objectOf,
  SECTIONS,
  sentence,
  stillMasked,
  withStoredSecrets,
  type Crm,
  type EnterpriseNumber,
} from '../../contracts/index.js';
import { lockSettings, putSection, repairSettings, retryWithNewSettings } from '../../db/administrationIntegrations.js';
import { inTransaction } from '../../db/pool.js';
import { OperatorError } from '../../runtime/operatorError.js';
import type { Secrets } from '../../runtime/secrets/secrets.js';
import { openWhatOpens, sealSection } from '../../runtime/secrets/sections.js';

type Fields = Record<string, unknown>;

/**
 * Changes the section of a CRM and keeps everything else; what waits because of its settings is tried again.
 *
 * @param change the section as it is to be, secrets readable; masked ones stay as they are stored
 * @returns deliveries that live again
 * @throws OperatorError when the section would not be valid
 */
export function saveSection(
  { pool, secrets }: { pool: pg.Pool; secrets: Secrets },
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  change: (section: Fields | undefined) => Fields,
): Promise<{ section: Fields; revived: number }> {
  const { section: name, title } = CRM_FACTS[crm];
  return inTransaction(pool, async (client) => {
    const config = objectOf(await lockSettings(client, enterpriseNumber)) ?? {};
    const stored = openWhatOpens(secrets, name, config[name]);
    const section = objectOf(withStoredSecrets(name, change(objectOf(stored)), stored)) ?? {};
    const masked = stillMasked(name, section);
    if (masked.length > 0) throw new OperatorError(`${masked.join(', ')}: вместо *** нужно значение целиком.`);
    const parsed = SECTIONS[crm].safeParse(section);
    if (!parsed.success)
      throw new OperatorError(
        `Так настройки ${title} работать не будут, ничего не сохранено: ${sentence(parsed.error)}.`,
      );
    await repairSettings(client, enterpriseNumber, config);
    await putSection(client, enterpriseNumber, name, sealSection(secrets, name, section));
    return { section, revived: await retryWithNewSettings(client, enterpriseNumber, crm) };
  });
}
