import { expect, test } from 'vitest';
import { EVENT_TYPES, eventTypeOf } from '../../../services/core/src/ingest/eventRoute.js';

test.each(EVENT_TYPES)('/%s is an event route, with a slash and a query too', (type) => {
  expect(eventTypeOf(`/${type}`)).toBe(type);
  expect(eventTypeOf(`/${type}/`)).toBe(type);
  expect(eventTypeOf(`/${type}?a=/b`)).toBe(type);
  expect(eventTypeOf(`/${type}/?a`)).toBe(type);
});

test.each(['/', '', '/Start', '/start/x', '/starts', '/health', '/?/start', '/__proto__'])('%j is not', (url) => {
  expect(eventTypeOf(url)).toBeUndefined();
});
