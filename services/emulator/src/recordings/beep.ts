const SAMPLES_PER_SECOND = 8_000;
const BYTES_PER_SAMPLE = 2;
const HERTZ = 440;
/** Of full scale: a recording that nobody expects should not startle anybody. */
const LOUDNESS = 0.15;
const FADE_SECONDS = 0.1;

/** A WAV file (mono, 16 bit) with a soft beep of so many seconds: what a recording sounds like offline. */
export function beep(seconds = 1): Buffer {
  const samples = Math.round(seconds * SAMPLES_PER_SECOND);
  const sound = Buffer.alloc(samples * BYTES_PER_SAMPLE);
  for (let i = 0; i < samples; i++) {
    const at = i / SAMPLES_PER_SECOND;
    const fade = Math.min(1, at / FADE_SECONDS, (seconds - at) / FADE_SECONDS);
    const level = Math.sin(2 * Math.PI * HERTZ * at) * fade * LOUDNESS;
    sound.writeInt16LE(Math.round(level * 0x7fff), i * BYTES_PER_SAMPLE);
  }
  return Buffer.concat([header(sound.length), sound]);
}

function header(soundBytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + soundBytes, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16); // bytes of the format block
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // mono
  head.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  head.writeUInt32LE(SAMPLES_PER_SECOND * BYTES_PER_SAMPLE, 28);
  head.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  head.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  head.write('data', 36);
  head.writeUInt32LE(soundBytes, 40);
  return head;
}
