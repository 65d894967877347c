import type { Call } from '../calls/call.js';

/** What the tenant knew of a client before this call began. */
export interface ClientHistory {
  /** How often the client called (incoming calls). */
  callsIn: number;
  lastAt: Date;
  lastAnswered: boolean;
  /** Who took the last call; '' when nobody did or it is not known. */
  lastExtension: string;
}

/** One call whose state changed, with what its message needs beside it. */
export interface CallToShow {
  /** Of the tracked call: stays the same from the first event to the last correction. */
  uuid: string;
  call: Call;
  /** Taken back: it was only a leg of another call, or a talk that nothing but bridges told of. Nothing is shown. */
  retracted: boolean;
  /** Company, else full name; null when unknown. */
  clientName: string | null;
  history: ClientHistory | null;
  /** The same for all subscribers; null: there is no recording. */
  recordUrl: string | null;
  /** When the newest of its events came in that a host posted; unset: nothing new was posted. */
  toldAt?: Date | undefined;
}
