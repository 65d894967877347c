/**
 * Whether an error says that a request, while it was being answered, turned out to be no HTTP or to be called off half-way:
 * that is its sender's fault, and nobody waits for an answer any more.
 */
export function isBrokenRequest(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('HPE_');
}
