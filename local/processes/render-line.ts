import { z } from 'zod'

const Line = z.looseObject({
  level: z.number(),
  time: z.union([z.string(), z.number()]),
  msg: z.string().default(''),
  err: z.looseObject({ stack: z.string().optional(), message: z.string().optional() }).optional(),
})

/** Level numbers of pino (https://getpino.io/#/docs/api?id=loggerlevels-object). */
const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}
/** Fields that are not printed as details: they are shown elsewhere, or are the same in every line. */
const KNOWN = new Set(['level', 'time', 'msg', 'err', 'service', 'pid', 'hostname'])

/**
 * Renders a line of pino's JSON as text: `12:34:56 info  listening port=4001`. The stack of an error follows on
 * separate lines. Any other line is returned unchanged.
 */
export function renderLine(line: string): string {
  const parsed = parseJson(line)
  if (!parsed.success) return line
  const { level, time, msg, err, ...rest } = parsed.data
  const fields = Object.entries(rest).filter(([name, value]) => !KNOWN.has(name) && value !== undefined)
  const details = fields.map(([name, value]) => ` ${name}=${show(value)}`).join('')
  const trouble = err ? `\n${err.stack ?? err.message ?? JSON.stringify(err)}` : ''
  return `${clockTime(new Date(time))} ${(LEVELS[level] ?? String(level)).padEnd(5)} ${msg}${details}${trouble}`
}

/** Level of a line as pino's number. Null if the line is not pino's. */
export function levelOf(line: string): number | null {
  return parseJson(line).data?.level ?? null
}

/** `12:34:56`, local time. */
export function clockTime(date: Date): string {
  return date.toTimeString().slice(0, 8)
}

/** Puts the same prefix before each line of a text. */
export function prefixLines(prefix: string, text: string): string {
  return text.replaceAll(/^/gm, prefix)
}

function parseJson(line: string) {
  if (!line.startsWith('{')) return Line.safeParse(null)
  try {
    return Line.safeParse(JSON.parse(line))
  } catch {
    return Line.safeParse(null)
  }
}

function show(value: unknown): string {
  return typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value)
}
