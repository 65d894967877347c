import { lookup } from 'node:dns';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { CrmError } from '@live-calls/shared/runtime';
import { createOutbound } from '../../../shared/src/runtime/adapter/outbound.js';
import { isPublicAddress, lookupPublic, PrivateAddress } from '../../../shared/src/runtime/adapter/outboundAddress.js';

const outbound = createOutbound(['10.0.0.5:8080', 'crm.example.com', '[fd00::5]']);
afterAll(() => outbound.close());

/** Why an address may not be asked; '' when it may. */
function refusal(url: string): string {
  try {
    outbound.dispatcherFor(new URL(url), 'POST');
    return '';
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    expect(error.outcome()).toMatchObject({ outcome: 'dead', kind: 'configuration' });
    return error.message;
  }
}

describe('addresses that are not of the public internet', () => {
  const PRIVATE = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1', '192.168.1.1'],
    ...['192.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.5', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:93.184.216.34', '::ffff:0:10.0.0.1', 'fc00::1'],
    ...['fdff::1', 'fe80::1', 'fec0::1', 'ff02::1', '64:ff9b::10.0.0.1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1'],
    ...['2001:db8::1', '100::1', 'localhost', ''],
  ];
  it.each(PRIVATE)('%s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '2a00:1450:4010:c05::65'])('%s is of it', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('the way out', () => {
  const PRIVATE = [
    ...['https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/'],
    ...['https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://169.254.169.254/'],
    ...['https://10.0.0.5/', 'https://10.0.0.5:8443/', 'https://0/', 'https://[fd00::6]/'],
    // Full-width digits and dots, a dot behind it, and names of users that look like hosts.
    ...['https://１２７.０.０.１/', 'https://127。0。0。1/', 'https://①②⑦.0.0.1/', 'https://127.0.0.1./'],
    ...['https://crm.example.com@127.0.0.1/', 'https://8.8.8.8:443@10.0.0.1/', 'https://crm.example.com%40@[::1]/'],
    ...['https:127.0.0.1/', 'https:\\\\127.0.0.1\\', 'https://\t127.0.0.1/', 'https://%31%32%37.0.0.1/'],
  ];
  it.each(PRIVATE)('does not lead to %s', (url) => {
    expect(refusal(url)).toContain('not a public address');
  });

  it('is https', () => {
    expect(refusal('http://8.8.8.8/')).toContain('http:');
    expect(refusal('ftp://crm2.example.com/')).toContain('ftp:');
    expect(refusal('https://8.8.8.8/')).toBe('');
  });

  it('leads wherever somebody allows it', () => {
    for (const url of ['http://10.0.0.5:8080/', 'http://crm.example.com/', 'https://crm.example.com:8443/x'])
      expect(refusal(url)).toBe('');
    expect(refusal('http://[fd00::5]:1/')).toBe('');
    expect(refusal('http://10.0.0.5/')).not.toBe('');
    expect(refusal('http://crm.example.com.evil.example/')).not.toBe('');
  });

  it('looks at what a name means when it connects', async () => {
    const resolved = await promisify(lookup)('localhost');
    expect(isPublicAddress(resolved.address)).toBe(false);
    const error = await new Promise((resolve) => {
      lookupPublic('localhost', { all: true }, (failure) => resolve(failure));
    });
    expect(error).toBeInstanceOf(PrivateAddress);
  });
});
