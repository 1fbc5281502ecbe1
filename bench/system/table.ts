import type { Result } from './results.ts'

const HEAD = [
  '',
  'CPU ms/page',
  'servers / database',
  '× naive',
  '× PostGraphile',
  'pages/s',
  'p50 ms',
  'p99 ms',
  'SQL',
]

/** Renders the results as a Markdown table: medians with [minimum–maximum], and the distribution of the CPU time. */
export function tableOf(results: Readonly<Record<string, Result>>): string {
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    `**${result.cpuMsPerPage}** [${result.spread.cpuMsPerPage.join('–')}]`,
    `${result.serversMs} / ${result.databaseMs}`,
    String(result.ratioToNaive ?? ''),
    String(result.ratioToPostgraphile ?? ''),
    `${result.rps} [${result.spread.rps.join('–')}]`,
    String(result.p50),
    String(result.p99),
    String(result.sqlPerPage),
  ])
  const parts = Object.entries(results).map(
    ([name, result]) =>
      `${name}: ${Object.entries({ ...result.parts, database: result.databaseMs })
        .map(([part, ms]) => `${part} ${ms}`)
        .join(', ')}`,
  )
  const lines = [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return [...lines, '', 'CPU ms per page of each part:', ...parts].join('\n')
}
