import { styleText } from 'node:util'
import type { Level } from '../processes/launch.ts'
import { clockTime, levelOf, prefixLines, renderLine } from '../processes/render-line.ts'

/** Output for people. */
export type Output = {
  /** A step of the start or of the shutdown. */
  progress: (message: string) => void
  /** A log line of one of our processes, JSON or not. */
  line: (name: string, line: string) => void
  /** A log line of a third-party program. */
  foreign: (name: string, line: string) => void
  /** A message of the supervisor about a process. */
  report: (name: string, level: Level, message: string) => void
}

/** Length of the longest process name. */
const WIDTH = 9
const COLOURS = ['cyan', 'magenta', 'green', 'blue', 'yellow'] as const
/** pino's number for `warn`. */
const WARN = 40
/** Number of lines of a third-party program that are kept in case something goes wrong with it. */
const KEPT_LINES = 20

/**
 * With `verbose`, shows everything. Otherwise shows progress, warnings and errors, and lines that are not JSON, which
 * our processes write only when they crash. Third-party programs have other levels. Their last lines are shown when the
 * supervisor warns about them.
 *
 * @param write called with complete lines, including the line end
 */
export function createOutput(
  write: (text: string) => void,
  now: () => Date,
  { verbose = true }: { verbose?: boolean } = {},
): Output {
  const known: string[] = []
  const kept = new Map<string, string[]>()

  function prefix(name: string): string {
    if (!known.includes(name)) known.push(name)
    const colour = COLOURS[known.indexOf(name) % COLOURS.length] ?? 'cyan'
    return `${styleText(colour, name.padEnd(WIDTH))} | `
  }
  const writeFrom = (name: string, text: string) => write(`${prefixLines(prefix(name), text)}\n`)

  return {
    progress: (message) => write(`${message}\n`),
    line(name, line) {
      if (verbose || (levelOf(line) ?? WARN) >= WARN) writeFrom(name, renderLine(line))
    },
    foreign(name, line) {
      if (verbose) return writeFrom(name, line)
      kept.set(name, [...(kept.get(name) ?? []), line].slice(-KEPT_LINES))
    },
    report(name, level, message) {
      if (!verbose && level === 'info') return
      for (const line of kept.get(name) ?? []) writeFrom(name, line)
      kept.delete(name)
      writeFrom(name, `${clockTime(now())} ${level.padEnd(5)} ${message}`)
    },
  }
}
