import pg from 'pg';

/** The part of a connection that pg does not declare. */
interface Connected {
  connection: { stream: { cork(): void; uncork(): void } };
}

/**
 * A connection that sends what is asked of it in one turn of the event loop in one packet. With `pipeline` nothing waits
 * for the answer to what was asked before, so a transaction costs as many packets as its questions depend on each other,
 * not as many as it has: packets, and waking each other for them, are what client and server spend most of their time on.
 */
export class GatheringClient extends pg.Client {
  // Of all the forms that pg's own has.
  override query(...asked: never[]): never {
    const { stream } = (this as unknown as Connected).connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
    return super.query(...(asked as unknown as [string])) as never;
  }
}
