export type Line = { name: string; kind: 'ours' | 'reference' | 'other'; values: readonly number[] }
export type LineChart = {
  title: string
  /** Of the logarithmic y axis. */
  unit: string
  notes: readonly string[]
  lines: readonly Line[]
  /** Between these places the background is marked. */
  marked: { from: number; to: number; text: string }
}

const WIDTH = 860
const HEIGHT = 320
const [LEFT, RIGHT, TOP] = [70, 130, 52]

/** Lines over whole seconds, on a logarithmic scale, as an SVG of its own, readable on light and on dark pages. */
export function lineChart({ title, unit, notes, lines, marked }: LineChart): string {
  const length = Math.max(2, ...lines.map(({ values }) => values.length))
  const top = 10 ** Math.ceil(Math.log10(Math.max(10, ...lines.flatMap(({ values }) => values))))
  const x = (second: number) => Math.round(LEFT + ((WIDTH - LEFT - RIGHT) * second) / (length - 1))
  // Less than 1 is shown as 1.
  const y = (value: number) =>
    Math.round(TOP + HEIGHT * (1 - Math.log10(Math.max(value, 1)) / Math.log10(top)))
  const decades = Array.from({ length: Math.round(Math.log10(top)) + 1 }, (_, i) => 10 ** i)
  const parts = [
    text(16, 28, title, 'title'),
    `<rect class="marked" x="${x(marked.from)}" y="${TOP}" width="${x(marked.to) - x(marked.from)}" height="${HEIGHT}"/>`,
    text(x(marked.from) + 8, TOP + 18, marked.text, 'note'),
    ...decades.map((value) => `<path class="grid" d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}"/>`),
    ...decades.map((value) =>
      text(LEFT - 8, y(value) + 4, `${value.toLocaleString('en-US')} ${unit}`, 'name'),
    ),
    ...lines.flatMap(({ name, kind, values }) => [
      `<path class="line ${kind}" d="${values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${y(value)}`).join('')}"/>`,
      text(WIDTH - RIGHT + 8, y(values.at(-1) ?? 1) + 4 + SHIFT[kind], name, `label ${kind}`),
    ]),
    ...[0, length - 1].map((second) => text(x(second) - 8, TOP + HEIGHT + 18, `${second} s`, 'note')),
    ...notes.map((note, i) => text(16, TOP + HEIGHT + 42 + i * 18, note, 'note')),
  ]
  const height = TOP + HEIGHT + 54 + notes.length * 18
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">
${STYLE}
${parts.join('\n')}
</svg>
`
}

/** In the end all lines are near each other, and their names must not be. */
const SHIFT = { ours: 8, reference: -22, other: -7 }

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
.line { fill: none; stroke-width: 2 }
.line.ours { stroke: #1a7f64 }
.line.reference { stroke: #b35900 }
.line.other { stroke: #8c959f }
.label.ours { fill: #1a7f64 }
.label.reference { fill: #b35900 }
.label.other { fill: #6e7681 }
.grid { stroke: #8c959f; stroke-opacity: 0.3 }
.marked { fill: #8c959f; fill-opacity: 0.12 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.note { fill: #8d96a0 }
.line.ours { stroke: #3fb68b }
.line.reference { stroke: #e08e3c }
.label.ours { fill: #3fb68b }
.label.reference { fill: #e08e3c }
.label.other { fill: #8d96a0 }
}
</style>`
