/** The whole of it (`npm run test:crash`), or the short form that `npm test` has time for. */
export const isFull = (): boolean => process.env['CRASH_FORM'] === 'full';
