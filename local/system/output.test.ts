import { expect, test } from 'vitest'
import { createOutput } from './output.ts'

const json = (level: number, msg: string) => JSON.stringify({ level, time: 0, msg, service: 'users' })

/** Writes one line of each kind. @returns the output without prefixes, times and colours */
function shown(verbose: boolean): string[] {
  const lines: string[] = []
  const output = createOutput(
    (text) => void lines.push(text),
    () => new Date(0),
    { verbose },
  )
  output.progress('Starting Redis')
  output.line('users', json(30, 'listening'))
  output.line('users', json(40, 'slow'))
  output.line('users', 'SyntaxError: x')
  for (let i = 0; i < 25; i++) output.foreign('redis', `line ${i}`)
  output.report('redis', 'info', 'ready')
  output.report('redis', 'warn', 'ended with code 1')
  output.report('redis', 'warn', 'ended again')
  return lines.map((line) => (line.split('| ')[1] ?? line).trim().replace(/^\d\d:\d\d:\d\d /, ''))
}

const foreign = Array.from({ length: 25 }, (_, i) => `line ${i}`)

test('verbose: everything is shown', () => {
  expect(shown(true)).toEqual([
    'Starting Redis',
    'info  listening',
    'warn  slow',
    'SyntaxError: x',
    ...foreign,
    'info  ready',
    'warn  ended with code 1',
    'warn  ended again',
  ])
})

test('quiet: progress, warnings and crashes are shown, each warning with the program’s last lines', () => {
  expect(shown(false)).toEqual([
    'Starting Redis',
    'warn  slow',
    'SyntaxError: x',
    ...foreign.slice(-20),
    'warn  ended with code 1',
    'warn  ended again',
  ])
})
