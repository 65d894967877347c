import type { ClaimedDelivery } from './deliveries.js';
import { locking, type Locked } from './locked.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';
import { storableText } from './storableText.js';

/** What became of an attempt. */
export type Verdict =
  /** @param note what else there is to know, e.g. that nobody needed it any more */
  | { kind: 'done'; note?: string }
  /** To be tried again: in exactly `delayMs`, or after a back-off that grows with the attempts. */
  | { kind: 'retry'; error: string; delayMs?: number }
  /** Not tried at all: it is not yet its turn. */
  | { kind: 'postpone'; delayMs: number }
  /** Never to be tried again before a person says so. */
  | { kind: 'dead'; error: string };

/** Whatever the other side asks for, it is asked again after so long at the latest. */
const LONGEST_DELAY_MS = 30 * 24 * 3_600_000;

export interface BackOff {
  baseMs: number;
  capMs: number;
}

/** What became of an attempt of a delivery that was claimed under a lease. */
export interface Settlement {
  delivery: Pick<ClaimedDelivery, 'enterpriseNumber' | 'id' | 'revision'>;
  lease: string;
  verdict: Verdict;
}

export interface Settled {
  /** It is to run again, or another one has waited for it. */
  leavesWork: boolean;
}

/**
 * Records what became of attempts, each of another delivery. A row that was owed again meanwhile stays pending: at once, but
 * never earlier than an exact delay that the other side asked for.
 *
 * @param locked what to do with a row that a step is arming. To wait for one while holding others could end in a deadlock, so
 *   only a single one may wait
 * @returns in the order of the settlements; null when the row was skipped or the lease was lost: somebody else owns it,
 *   nothing was written
 */
export async function settleDeliveries(
  client: Queryable,
  settlements: readonly Settlement[],
  { baseMs, capMs }: BackOff,
  locked: Locked,
): Promise<(Settled | null)[]> {
  const verdicts = settlements.map(({ verdict }) => verdict);
  const { rows } = await client.query<Settled & { id: number }>(
    prepared(
      `with settled as (
       select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::float8[], $8::text[])
         as s (enterprise_number, id, lease, revision, verdict, error, delay_ms, note)
     ), mine as materialized (
       select s.* from settled s cross join lateral (
         -- By its key and by nothing else: the index of those that run may be planned for when none does.
         select d.state, d.lease_owner from deliveries d where d.enterprise_number = s.enterprise_number and d.id = s.id
         offset 0 for no key update ${locking(locked)}
       ) d where d.lease_owner = s.lease and d.state = 'running'
     )
     update deliveries d
     set state = case when d.revision = s.revision and s.verdict in ('done', 'dead') then s.verdict else 'pending' end,
         finished_at = case when d.revision = s.revision and s.verdict in ('done', 'dead') then now() end,
         run_at = case
           when s.verdict in ('done', 'dead') then d.run_at
           when d.revision = s.revision then now() + interval '1 millisecond' * coalesce(s.delay_ms,
             least($10::float8, $9::float8 * 2 ^ least(greatest(d.attempts, 1) - 1, 30)) * (0.75 + random() / 2))
           when s.verdict = 'retry' then greatest(d.run_at, now() + interval '1 millisecond' * coalesce(s.delay_ms, 0))
           else d.run_at end,
         attempts = case when s.verdict = 'postpone' then greatest(d.attempts - 1, 0) else d.attempts end,
         last_error = coalesce(s.error, d.last_error), note = coalesce(s.note, d.note),
         lease_owner = null, lease_until = null
     from mine s
     where d.enterprise_number = s.enterprise_number and d.id = s.id
     returning d.id, d.state = 'pending' or d.id < coalesce((
       select max(e.id) from deliveries e where e.enterprise_number = d.enterprise_number
         and e.ordering_key = d.ordering_key and e.state in ('pending', 'running')), 0) as "leavesWork"`,
      [
        settlements.map(({ delivery }) => delivery.enterpriseNumber),
        settlements.map(({ delivery }) => delivery.id),
        settlements.map(({ lease }) => lease),
        settlements.map(({ delivery }) => delivery.revision),
        verdicts.map(({ kind }) => kind),
        verdicts.map((verdict) => ('error' in verdict ? said(verdict.error) : null)),
        verdicts.map((verdict) => delayOf(verdict)),
        verdicts.map((verdict) => (verdict.kind === 'done' && verdict.note !== undefined ? said(verdict.note) : null)),
        baseMs,
        capMs,
      ],
    ),
  );
  const written = new Map(rows.map(({ id, leavesWork }) => [id, { leavesWork }]));
  return settlements.map(({ delivery }) => written.get(delivery.id) ?? null);
}

/** Words of the other side: what PostgreSQL would not hold would keep the whole outcome from being recorded. */
const said = (text: string): string => storableText(text.slice(0, 1000));

function delayOf(verdict: Verdict): number | null {
  const delayMs = 'delayMs' in verdict ? verdict.delayMs : undefined;
  return delayMs === undefined ? null : Math.min(delayMs, LONGEST_DELAY_MS);
}
