import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTENS = '0A';

/** `address:port` of each TCP socket that a process listens on, as the kernel knows it; addresses as bytes in hex. */
export async function listening(pid: number): Promise<string[]> {
  const inodes = new Set(await socketsOf(pid));
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8')));
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = '']) => state === LISTENS && inodes.has(inode))
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      return `${inOrder(address)}:${Number.parseInt(port, 16)}`;
    });
}

async function socketsOf(pid: number): Promise<string[]> {
  const files = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** The kernel prints words of four bytes as this machine holds them, the least byte first. */
const inOrder = (address: string): string =>
  address.replace(/(..)(..)(..)(..)/g, (_word, a: string, b: string, c: string, d: string) => d + c + b + a);
