/** A host that boots without network has a clock of 1970; its UniqueIds begin with so few seconds. */
const EARLIEST_EPOCH = 1_000_000_000;

/** Two boots are further apart, so the same UniqueId after that long is another channel's. */
export const REBOOT_MS = 1_800_000;

export function isClockWrong(uniqueId: string): boolean {
  return Number(/^(\d+)\./.exec(uniqueId)?.[1] ?? EARLIEST_EPOCH) < EARLIEST_EPOCH;
}
