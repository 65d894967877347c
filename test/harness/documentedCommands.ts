/** A command that a document tells its readers to run. */
export interface DocumentedCommand {
  /** `interactive` ones do not end by themselves. */
  kind: 'shell' | 'interactive' | 'sql';
  text: string;
}

const BLOCK = /^```(sh|sql)( interactive)?\n(.*?)^```$/gms;

/** The commands in the fenced blocks of a Markdown text that say `sh`, `sh interactive` or `sql`, in their order. */
export function commandsOf(markdown: string): DocumentedCommand[] {
  return [...markdown.matchAll(BLOCK)].flatMap(([, language, interactive, block = '']): DocumentedCommand[] => {
    if (language === 'sql') return statementsOf(block).map((text) => ({ kind: 'sql', text }));
    return linesOf(block).map((text) => ({ kind: interactive === undefined ? 'shell' : 'interactive', text }));
  });
}

/** One command a line; a backslash at its end goes on with the next. */
const linesOf = (block: string): string[] =>
  block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const statementsOf = (block: string): string[] =>
  block
    .replace(/^--.*\n/gm, '')
    .split(/;$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
