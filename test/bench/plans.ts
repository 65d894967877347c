/** What one query of one program cost at most. */
export interface Cost {
  app: string;
  query: string;
  /** That scans looked at, whether they were kept or not. */
  rows: number;
  /** Pages of 8 KiB that were looked at, in memory or not. */
  pages: number;
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: Node[];
}

/** So that PostgreSQL logs each plan as it was run, with the program whose it is, once `auto_explain` is switched on. */
export const PLAN_SETTINGS = {
  session_preload_libraries: 'auto_explain',
  log_line_prefix: '%a|',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
};

export interface PlanLog {
  onLine(line: string): void;
  /** The dearest run of each query since the last call of this, in no order. */
  take(): Cost[];
}

/** Reads the plans in PostgreSQL's log. */
export function createPlanLog(): PlanLog {
  const dearest = new Map<string, Cost>();
  let app = '';
  let plan: string[] | undefined;

  function end(): void {
    const text = plan?.join('\n');
    plan = undefined;
    if (text === undefined) return;
    const { 'Query Text': query, Plan: root } = JSON.parse(text) as { 'Query Text': string; Plan: Node };
    const cost = { app, query: query.replaceAll(/\s+/g, ' ').trim(), rows: rowsOf(root), pages: pagesOf(root) };
    const before = dearest.get(`${app} ${cost.query}`);
    if (before) {
      cost.rows = Math.max(cost.rows, before.rows);
      cost.pages = Math.max(cost.pages, before.pages);
    }
    dearest.set(`${app} ${cost.query}`, cost);
  }

  return {
    onLine(line) {
      if (line.startsWith('\t')) {
        plan?.push(line.slice(1));
        return;
      }
      end();
      const begin = /^([^|]*)\|LOG: {2}duration: .* plan:$/.exec(line);
      if (!begin) return;
      app = begin[1] ?? '';
      plan = [];
    },
    take() {
      end();
      const costs = [...dearest.values()];
      dearest.clear();
      return costs;
    },
  };
}

function rowsOf(node: Node): number {
  const isScan = node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable';
  const seen =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own = isScan ? seen * (node['Actual Loops'] ?? 0) : 0;
  return own + (node.Plans ?? []).reduce((sum, each) => sum + rowsOf(each), 0);
}

const pagesOf = (root: Node): number => (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0);
