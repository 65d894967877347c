/** What became of a host's log, as JSON; `text` says the same to a person. */
export interface RecoveryReport {
  enterprise: string;
  dry_run: boolean;
  /** Everything that was sent was read to its end and settled. */
  complete: boolean;
  /** Russian: what stopped it or what could not be read; it can be repeated in any case. */
  problems: string[];
  rows: number;
  /** Rows that note an event again: second rows of timeouts, rows that were sent twice. */
  repeated: number;
  /** Rows of something else than calls. */
  other: number;
  arrived: number;
  /** Of those that arrived, how many the host believed lost. */
  arrived_though_believed_lost: number;
  /** Stored now; in a dry run: would be stored. */
  recovered: number;
  /** Missing, but of calls so old that they cannot be corrected any more. */
  too_old: number;
  unreadable: number;
  /** The first of them. */
  unreadable_rows: { row: string; reason: string }[];
  /** The first calls of which something was missing. */
  calls: IncompleteCall[];
  /** How many more there are. */
  more_calls: number;
}

/** Channels that share bridges; events by type, as `bridge ×2`. */
export interface IncompleteCall {
  unique_id: string;
  /** ISO 8601; of its first event in the log. */
  at: string;
  phone: string;
  missing: string[];
  arrived: string[];
  /** Russian: why they were missing, as far as the host knows. */
  reasons: string[];
}
