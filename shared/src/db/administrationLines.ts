import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

/** What people set of a line; what is not given stays. */
export interface LineFields {
  name?: string | null | undefined;
  operator?: string | null | undefined;
  /** E.164. */
  phone?: string | null | undefined;
  /** `<prefix>{N}`. */
  incoming_transform?: string | null | undefined;
}

export interface ListedLine extends Required<LineFields> {
  line_id: string;
}

export async function addLine(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  lineId: string,
  fields: LineFields,
): Promise<void> {
  await client.query('insert into lines (enterprise_number, line_id) values ($1, $2)', [enterpriseNumber, lineId]);
  await editLine(client, enterpriseNumber, lineId, fields);
}

/** @returns whether there is such a line */
export async function editLine(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  lineId: string,
  fields: LineFields,
): Promise<boolean> {
  const given = Object.entries<unknown>({ ...fields }).filter(([, value]) => value !== undefined);
  const { rowCount } = await client.query(
    `update lines set ${['line_id = $2', ...given.map(([name], index) => `${name} = $${index + 3}`)].join(', ')}
     where enterprise_number = $1 and line_id = $2`,
    [enterpriseNumber, lineId, ...given.map(([, value]) => value)],
  );
  return rowCount === 1;
}

export async function listLines(db: Queryable, enterpriseNumber: EnterpriseNumber): Promise<ListedLine[]> {
  const { rows } = await db.query<ListedLine>(
    `select line_id, name, operator, phone, incoming_transform from lines where enterprise_number = $1 order by line_id`,
    [enterpriseNumber],
  );
  return rows;
}

/** @returns whether there was one */
export async function removeLine(db: Queryable, enterpriseNumber: EnterpriseNumber, lineId: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from lines where enterprise_number = $1 and line_id = $2', [
    enterpriseNumber,
    lineId,
  ]);
  return rowCount === 1;
}
