import { createHash } from 'node:crypto';
import type pg from 'pg';

/** The name of a statement follows from its text, so that the same text is planned once per connection. */
const names = new Map<string, string>();

/**
 * A query that PostgreSQL parses and plans once per connection. Planning over the partitions of call_events takes many
 * times as long as running most of these queries.
 */
export function prepared(text: string, values: unknown[]): pg.QueryConfig {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('hex');
    names.set(text, name);
  }
  return { name, text, values };
}
