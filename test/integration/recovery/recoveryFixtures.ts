import { readdirSync, readFileSync } from 'node:fs';
import type { Fixture } from '../../fixtures/fixtures.js';
import type { LoggedRow } from './hostLogFile.js';

const FOLDER = new URL('../../fixtures/events/', import.meta.url);

interface RecoveryFixture extends Fixture {
  expected_final_messages_after_recovery: number;
  recovery_rows: LoggedRow[];
}

/** Sequences of which a part lies in the host's log only. */
export const recoveryFixtures = readdirSync(FOLDER)
  .filter((file) => file.startsWith('recovery_'))
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RecoveryFixture);
