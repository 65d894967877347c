import { z } from 'zod';

/** A backup is gzip, one JSON value a line: the header, batches of rows, the end. */
export const Header = z.object({
  format: z.literal('live-calls backup 1'),
  made_at: z.string(),
  /** Of the database that was saved; only the same schema can take the rows. */
  migrations: z.array(z.string()),
  /** In an order in which nothing refers to what comes later. */
  tables: z.array(z.string()),
  partitions: z.array(z.object({ name: z.string(), parent: z.string(), bound: z.string() })),
  sequences: z.array(z.object({ name: z.string(), last: z.string() })),
});
export type Header = z.infer<typeof Header>;

/** Rows as PostgreSQL writes them, `(0367,june,…)`: exact for every type. */
export const Batch = z.object({ table: z.string(), rows: z.array(z.string()) });

/** Without it the file is not whole. */
export const End = z.object({ end: z.literal(true), rows: z.number() });
