/** What kind of recording a file is, by its first bytes; undefined: none that the portal takes. */
export function formatOf(file: Buffer): 'wav' | 'mp3' | undefined {
  if (file.subarray(0, 4).equals(Buffer.from('RIFF')) && file.subarray(8, 12).equals(Buffer.from('WAVE'))) return 'wav';
  const isTagged = file.subarray(0, 3).equals(Buffer.from('ID3'));
  // A frame of MPEG audio: eleven bits set, layer III.
  const isFrame = file[0] === 0xff && ((file[1] ?? 0) & 0xe6) === 0xe2;
  return isTagged || isFrame ? 'mp3' : undefined;
}

/**
 * Where the host serves a call's recording.
 *
 * @param template `enterprises.recordings_url`
 * @param externalId begins with the UniqueId
 */
export function recordingUrl(template: string, externalId: string): string {
  const uniqueId = /^\d+\.\d+/.exec(externalId)?.[0] ?? externalId;
  return template.replaceAll('{unique_id}', encodeURIComponent(uniqueId));
}

/** The size of the whole file when a host was asked for its first byte; hosts may send all of it all the same. */
export function wholeSize({ headers, body }: { headers: Record<string, string>; body: Buffer }): number {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  return total === undefined ? body.length : Number(total);
}
