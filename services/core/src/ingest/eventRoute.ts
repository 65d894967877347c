/** What hosts post, each at a path of its own: `/start`, `/dial`, … */
export const EVENT_TYPES = [
  'start',
  'dial',
  'bridge',
  'hangup',
  'bridge_create',
  'bridge_leave',
  'bridge_destroy',
  'new_callerid',
] as const;

const ROUTES: ReadonlyMap<string, string> = new Map(
  EVENT_TYPES.flatMap((type) => [
    [`/${type}`, type],
    [`/${type}/`, type],
  ]),
);

/** The event type that a request's URL (with or without a query) is for; undefined when it is for something else. */
export function eventTypeOf(url: string): string | undefined {
  const query = url.indexOf('?');
  return ROUTES.get(query === -1 ? url : url.slice(0, query));
}
