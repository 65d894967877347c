import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { getuid, platform } from 'node:process';

export interface Unprivileged {
  /** Turns a command into one that runs as somebody whom PostgreSQL accepts. */
  wrap(program: string, args: string[]): { file: string; args: string[]; uid?: number; gid?: number };
  /** Gives a file or directory to that somebody. */
  own(path: string): void;
}

/**
 * PostgreSQL refuses to run as root. For root, it runs as `nobody`, but with the one capability that lets it reach its
 * programs and its data wherever root has put the clone (/root is closed to everybody else).
 *
 * Where setpriv exists, PostgreSQL also shuts down by itself when the process that started it is killed.
 */
export function unprivileged(): Unprivileged {
  const hasSetpriv = platform === 'linux' && succeeds('setpriv', ['--pdeathsig', 'SIGINT', 'true']);
  const setpriv = (options: string[], program: string, args: string[]) => ({
    file: 'setpriv',
    args: [...options, '--pdeathsig', 'SIGINT', program, ...args],
  });
  if (getuid?.() !== 0) {
    const wrap = (program: string, args: string[]) =>
      hasSetpriv ? setpriv([], program, args) : { file: program, args };
    return { wrap, own: () => undefined };
  }
  const uid = idOfNobody('-u');
  const gid = idOfNobody('-g');
  const own = (path: string): void => {
    chownSync(path, uid, gid);
  };
  // no_setuid_fixup: access(2), which PostgreSQL asks before it opens its programs, would not regard the capability.
  const drop = [
    '--securebits=+no_setuid_fixup',
    '--reuid',
    String(uid),
    '--regid',
    String(gid),
    '--clear-groups',
    '--no-new-privs',
  ];
  const only = '-all,+dac_override';
  const reach = [`--bounding-set=${only}`, `--inh-caps=${only}`, `--ambient-caps=${only}`];
  if (hasSetpriv && succeeds('setpriv', [...drop, ...reach, 'true'])) {
    return { wrap: (program, args) => setpriv([...drop, ...reach], program, args), own };
  }
  // No setpriv: works as long as nobody may enter the directory of the clone.
  return { wrap: (program, args) => ({ file: program, args, uid, gid }), own };
}

function idOfNobody(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}

function succeeds(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
