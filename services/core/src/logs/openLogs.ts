import { createRotatingFile, type RotatingFile } from '@live-calls/shared/runtime';

export interface OpenLogs {
  /** The one log of this process that has the path. */
  open(path: string): RotatingFile;
  /** Resolves when everything said so far is on the disk. */
  flush(): Promise<void>;
}

/** Each file has one writer in this process, whoever says what is in it. */
export function createOpenLogs(): OpenLogs {
  const files = new Map<string, RotatingFile>();
  return {
    open(path) {
      let file = files.get(path);
      if (file === undefined) files.set(path, (file = createRotatingFile({ path })));
      return file;
    },
    flush: async () => {
      await Promise.all([...files.values()].map((file) => file.flush()));
    },
  };
}
