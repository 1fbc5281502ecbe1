import type { Result } from './results.ts'

const WIDTH = 760
const LABEL = 130
const ROW = 44
const TOP = 56
/** Colours of the servers and of the database. */
const COLOURS = ['#4263eb', '#f59f00'] as const

/** Renders a standalone SVG with a bar for each contender: CPU per page of the servers and of the database. */
export function chartOf(results: Readonly<Record<string, Result>>): string {
  const entries = Object.entries(results)
  const most = Math.max(...entries.map(([, { serversMs, databaseMs }]) => serversMs + databaseMs))
  const scale = (WIDTH - LABEL - 90) / most
  const height = TOP + entries.length * ROW + 12
  const bars = entries.map(([name, { serversMs, databaseMs, cpuMsPerPage }], i) => {
    const y = TOP + i * ROW
    const servers = serversMs * scale
    const database = databaseMs * scale
    return [
      text(LABEL - 10, y + 19, name, 'text-anchor="end"'),
      `<rect x="${LABEL}" y="${y}" width="${servers.toFixed(1)}" height="28" fill="${COLOURS[0]}"/>`,
      `<rect x="${(LABEL + servers).toFixed(1)}" y="${y}" width="${database.toFixed(1)}" height="28" fill="${COLOURS[1]}"/>`,
      text(LABEL + servers + database + 8, y + 19, `${cpuMsPerPage} ms`),
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14" fill="#888">`,
    text(LABEL, 22, 'CPU per profile page over all processes, uncached: less is better', 'font-weight="600"'),
    ...['servers', 'database'].map((name, i) =>
      [
        `<rect x="${LABEL + i * 90}" y="34" width="10" height="10" fill="${COLOURS[i]}"/>`,
        text(LABEL + 15 + i * 90, 43, name, 'font-size="12"'),
      ].join('\n'),
    ),
    ...bars,
    '</svg>\n',
  ].join('\n')
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}"${attributes && ` ${attributes}`}>${content}</text>`
}
