import { styleText } from 'node:util'
import type { Level } from '../processes/launch.ts'
import { clockTime, prefixLines, renderLine } from '../processes/render-line.ts'

/** The one stream of text that a person reads, each line after the name of who wrote it. */
export type Output = {
  /** A line of a child's log, JSON or not. */
  line: (name: string, line: string) => void
  /** A message of the supervisor about one of the parts. */
  report: (name: string, level: Level, message: string) => void
}

/** Longest name. */
const WIDTH = 9
const COLOURS = ['cyan', 'magenta', 'green', 'blue', 'yellow'] as const

/** @param write receives whole lines, with their end */
export function createOutput(write: (text: string) => void, now: () => Date): Output {
  const known: string[] = []

  function prefix(name: string): string {
    if (!known.includes(name)) known.push(name)
    const colour = COLOURS[known.indexOf(name) % COLOURS.length] ?? 'cyan'
    return `${styleText(colour, name.padEnd(WIDTH))} | `
  }

  return {
    line: (name, line) => write(`${prefixLines(prefix(name), renderLine(line))}\n`),
    report: (name, level, message) =>
      write(`${prefixLines(prefix(name), `${clockTime(now())} ${level.padEnd(5)} ${message}`)}\n`),
  }
}
