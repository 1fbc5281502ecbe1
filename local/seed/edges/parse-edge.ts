/** Id of a vertex in the file. Whole numbers of up to 15 digits are numbers; all other ids are text. */
export type Label = number | string
export type Edge = { kind: 'edge'; from: Label; to: Label }
export type ParsedLine = Edge | { kind: 'blank' } | { kind: 'malformed'; reason: string }

const LINE = /^[ \t]*([^ \t,]*)(?:[ \t]*,[ \t]*|[ \t]+)([^ \t,]+)(?:[ \t,].*)?$/
const DIGITS = /^\d+$/
const WORD = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.:@/+-]*$/u
const BLANK: ParsedLine = { kind: 'blank' }

/**
 * Parses one line of an edge list in the format of SNAP or Network Repository: two ids, separated by spaces, tabs or a
 * comma. Further columns are ignored. `#` and `%` begin comments.
 */
export function parseEdge(line: string): ParsedLine {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  const match = LINE.exec(text)
  const first = match?.[1] ?? ''
  const start = text.trimStart()[0]
  if (start === undefined || start === '#' || start === '%') return BLANK
  const second = match?.[2]
  if (second === undefined || first === '') return malformed(text, 'expected two ids, as in "17 42"')
  const from = parseLabel(first)
  const to = parseLabel(second)
  if (from === null) return malformed(text, `${quote(first)} is neither a whole number from 0 on nor a word`)
  if (to === null) return malformed(text, `${quote(second)} is neither a whole number from 0 on nor a word`)
  return { kind: 'edge', from, to }
}

/** Whether a label is a whole number of any length. */
export function isNumber(label: Label): boolean {
  return typeof label === 'number' || DIGITS.test(label)
}

function parseLabel(text: string): Label | null {
  if (DIGITS.test(text)) {
    if (text.length <= 15) return Number(text)
    return text.replace(/^0+(?=\d)/, '')
  }
  const isOtherNumber = text !== '' && !Number.isNaN(Number(text)) && !/^[\p{L}]/u.test(text)
  return WORD.test(text) && !isOtherNumber ? text : null
}

function malformed(line: string, reason: string): ParsedLine {
  return { kind: 'malformed', reason: `${quote(line)}: ${reason}` }
}

/** Quotes at most 60 characters, with control characters escaped. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
