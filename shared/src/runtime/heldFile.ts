import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Nothing is held for longer without a write: a deleted file takes room on the disk for as long as somebody has it open. */
const HOLD_MS = 1_000;

interface OpenFile {
  handle: FileHandle;
  size: number;
  birthtimeMs: number;
}

export interface HeldFile {
  /**
   * The file that has the path now, made when there is none, and how large it is. For one caller at a time, who must
   * `rest` afterwards.
   *
   * @throws what the file system says
   */
  take(): Promise<OpenFile>;
  /** Nothing is written for the moment. */
  rest(): void;
}

/** A file that is open to append for as long as it is written to, and as long as it has its path. */
export function createHeldFile(path: string): HeldFile {
  let held: { handle: FileHandle; place: string } | undefined;
  let idle: NodeJS.Timeout | undefined;

  async function letGo(): Promise<void> {
    const { handle } = held ?? {};
    held = undefined;
    await handle?.close();
  }

  return {
    async take() {
      clearTimeout(idle);
      const there = await stat(path).catch(() => undefined);
      if (there && held?.place === placeOf(there)) {
        return { handle: held.handle, size: there.size, birthtimeMs: there.birthtimeMs };
      }
      await letGo();
      const handle = await openToAppend(path);
      const about = await handle.stat();
      held = { handle, place: placeOf(about) };
      return { handle, size: about.size, birthtimeMs: about.birthtimeMs };
    },
    rest() {
      clearTimeout(idle);
      idle = setTimeout(() => void letGo().catch(() => undefined), HOLD_MS).unref();
    },
  };
}

const placeOf = ({ dev, ino }: { dev: number; ino: number }): string => `${dev} ${ino}`;

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a');
  } catch {
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'a');
  }
}
