import { expect, test } from 'vitest';
import { createAllowList } from '@live-calls/shared/runtime';

const isAllowed = createAllowList(['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32']);

test.each(['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', '192.0.2.7', '2001:db8::1'])('%s is allowed', (address) => {
  expect(isAllowed(address)).toBe(true);
  expect(isAllowed(address)).toBe(true);
});

test.each(['11.0.0.1', '192.0.2.8', '::ffff:11.0.0.1', '2001:db9::1', '::1', '', 'localhost', undefined])(
  '%s is not',
  (address) => {
    expect(isAllowed(address)).toBe(false);
  },
);

test('everybody is allowed by /0 of both kinds only', () => {
  expect(createAllowList(['0.0.0.0/0'])('2001:db8::1')).toBe(false);
  expect(createAllowList(['0.0.0.0/0'])('::ffff:198.51.100.1')).toBe(true);
  expect(createAllowList(['::/0'])('2001:db8::1')).toBe(true);
});

test('a range that is none is refused', () => {
  expect(() => createAllowList(['10.0.0.0'])).toThrow();
});
