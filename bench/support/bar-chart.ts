export type Bar = {
  name: string
  value: number
  /** Minimum and maximum, drawn as a line. */
  range: readonly [number, number] | null
  /** Text after the value. */
  label: string
  /** Those with a cache have an outline. */
  kind: 'ours' | 'ours-cached' | 'reference' | 'other' | 'other-cached'
}
export type BarChart = { title: string; notes: readonly string[]; bars: readonly Bar[] }

const WIDTH = 860
const LEFT = 190
const RIGHT = 150
const ROW = 30
const TOP = 50

/** Renders horizontal bars as a standalone SVG, readable on light and dark backgrounds. */
export function barChart({ title, notes, bars }: BarChart): string {
  const most = Math.max(1, ...bars.map(({ value, range }) => range?.[1] ?? value))
  const x = (value: number) => Math.round(LEFT + ((WIDTH - LEFT - RIGHT) * value) / most)
  const bottom = TOP + bars.length * ROW
  const height = bottom + 14 + notes.length * 18
  const rows = bars.map((bar, i) => drawBar(bar, TOP + i * ROW, x))
  const footer = notes.map((note, i) => text(16, bottom + 18 + i * 18, note, 'note'))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">
${STYLE}
${[text(16, 28, title, 'title'), ...rows, ...footer].join('\n')}
</svg>
`
}

function drawBar({ name, value, range, label, kind }: Bar, y: number, x: (value: number) => number): string {
  const end = Math.max(x(value), LEFT + 1)
  const middle = y + ROW / 2
  const [low, high] = range ?? [value, value]
  return [
    text(LEFT - 10, middle + 4, name, 'name'),
    `<rect class="${kind}" x="${LEFT}" y="${y + 5}" width="${end - LEFT}" height="${ROW - 10}" rx="2"/>`,
    `<path class="spread" d="M${x(low)} ${middle}H${x(high)}"/>`,
    text(
      Math.max(end, x(high)) + 8,
      middle + 4,
      [Math.round(value).toLocaleString('en-US'), label].join('  '),
      'value',
    ),
  ].join('\n')
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escape(content)}</text>`
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const STYLE = `<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.name { text-anchor: end }
.note { font-size: 12px; fill: #57606a }
.ours { fill: #1a7f64 }
.reference { fill: #b35900 }
.other { fill: #8c959f }
.ours-cached { fill: #1a7f6433; stroke: #1a7f64 }
.other-cached { fill: #8c959f33; stroke: #8c959f }
.spread { stroke: #24292f; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.note { fill: #8d96a0 }
.ours { fill: #3fb68b }
.reference { fill: #e08e3c }
.other { fill: #6e7681 }
.ours-cached { fill: #3fb68b33; stroke: #3fb68b }
.other-cached { fill: #6e768133; stroke: #6e7681 }
.spread { stroke: #e6edf3 }
}
</style>`
