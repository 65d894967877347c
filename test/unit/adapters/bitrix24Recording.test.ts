import { describe, expect, it, test } from 'vitest';
import { formatOf, recordingUrl, wholeSize } from '../../../services/bitrix24/src/recordingFile.js';
import { createRoom } from '../../../services/bitrix24/src/room.js';

describe('a file is known by its first bytes', () => {
  test.each([
    ['wav', 'RIFF\x24\x00\x00\x00WAVEfmt ', 'wav'],
    ['mp3 with a tag', 'ID3\x04\x00', 'mp3'],
    ['mp3', '\xff\xfb\x90\x00', 'mp3'],
    ['mp3 of telephony: MPEG-2.5', '\xff\xe3\x18\xc4', 'mp3'],
    ['aac', '\xff\xf1\x50\x80', undefined],
    ['a page', '<html>', undefined],
    ['webp', 'RIFF\x24\x00\x00\x00WEBPVP8 ', undefined],
    ['nothing', '', undefined],
  ])('%s', (_name, bytes, format) => {
    expect(formatOf(Buffer.from(bytes, 'latin1'))).toBe(format);
  });
});

test.each([
  ['https://pbx.example.com/{unique_id}.wav', '1759220100.1', 'https://pbx.example.com/1759220100.1.wav'],
  ['https://pbx.example.com/{unique_id}?x={unique_id}', '12.3-1759220100', 'https://pbx.example.com/12.3?x=12.3'],
  ['https://pbx.example.com/{unique_id}.wav', 'call/1', 'https://pbx.example.com/call%2F1.wav'],
])('a recording by the template %s and the id %s', (template, id, url) => {
  expect(recordingUrl(template, id)).toBe(url);
});

it('the size of a file is told by the range, or by the whole that came instead', () => {
  const body = Buffer.from('x');
  expect(wholeSize({ headers: { 'content-range': 'bytes 0-0/48000' }, body })).toBe(48_000);
  expect(wholeSize({ headers: {}, body: Buffer.alloc(17) })).toBe(17);
});

describe('room for files', () => {
  it('lets in what fits, in the order of asking, and more when there is room again', async () => {
    const room = createRoom(10);
    const order: string[] = [];
    const leave: Record<string, () => void> = {};
    const enter = (name: string, bytes: number): Promise<void> =>
      room.within(bytes, () => {
        order.push(name);
        return new Promise((resolve) => (leave[name] = resolve));
      });
    const [first, large] = [enter('first', 4), enter('large', 99)];
    const small = enter('small', 1);
    await Promise.resolve();
    expect(order).toEqual(['first']);
    leave['first']?.();
    await first;
    expect(order).toEqual(['first', 'large']);
    leave['large']?.();
    await large;
    expect(order).toEqual(['first', 'large', 'small']);
    leave['small']?.();
    await small;
  });

  it('is given back by what fails', async () => {
    const room = createRoom(1);
    await expect(room.within(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(room.within(1, () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
