/** Titled tables as Markdown; the first row of each is its heading. */
export function summary(tables: readonly { title: string; rows: readonly (readonly string[])[] }[]): string {
  return tables.map(({ title, rows }) => `${title}\n\n${tableOf(rows)}\n`).join('\n');
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}
