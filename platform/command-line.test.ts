import { expect, test } from 'vitest'
import { oneOf, parseCommandLine, someOf, wholeNumber, type Command } from './command-line.ts'
import { HelpRequested } from './lifecycle.ts'

const PAINT = {
  name: 'npm run paint',
  about: 'Paints a wall.',
  positionals: { usage: 'WALL', min: 1, max: 1 },
  options: {
    coats: { type: 'string', value: 'N', short: 'n', default: '2', about: 'number of coats' },
    colour: { type: 'string', value: 'NAME', multiple: true, about: 'a colour;\nmay be repeated' },
    dry: { type: 'boolean', about: 'only print what it would do' },
  },
  examples: [['north --coats 3', 'paint the north wall three times']],
} as const satisfies Command

test('options have defaults and can be repeated if the command allows it', () => {
  expect(parseCommandLine(PAINT, ['north'])).toMatchObject({ values: { coats: '2' }, positionals: ['north'] })
  const { values } = parseCommandLine(PAINT, [
    'north',
    '-n',
    '3',
    '--colour',
    'red',
    '--colour=blue',
    '--dry',
  ])
  expect(values).toEqual({ coats: '3', colour: ['red', 'blue'], dry: true })
})

test.for([['--help'], ['-h'], ['--bogus', '--help'], ['north', 'south', '-h']])(
  '%j shows the help, whatever else is given',
  (argv) => expect(() => parseCommandLine(PAINT, argv)).toThrow(HelpRequested),
)

test('after --, the help options are values', () => {
  expect(parseCommandLine(PAINT, ['--', '--help']).positionals).toEqual(['--help'])
})

test('the help describes the command, its options with defaults, and examples', () => {
  expect(() => parseCommandLine(PAINT, ['-h'])).toThrow(`Paints a wall.

Usage: npm run paint -- WALL [options]

Options:
  -n, --coats N  number of coats (default: 2)
  --colour NAME  a colour;
                 may be repeated
  --dry          only print what it would do
  -h, --help     show this help and do nothing else

Examples:
  npm run paint -- north --coats 3  paint the north wall three times`)
})

test.for([
  [['north', '--bogus'], "Unknown option '--bogus'. See: npm run paint -- --help"],
  [['north', '--coats'], "Option '-n, --coats <value>' argument missing. See: "],
  [['north', '--dry=yes'], "Option '--dry' does not take an argument. See: "],
  [['north', 'south'], 'Unexpected argument "south". See: npm run paint -- --help'],
  [[], 'Missing argument. Usage: npm run paint -- WALL [options]'],
] as const)('%j is rejected in one line', ([argv, message]) => {
  expect(() => parseCommandLine(PAINT, argv)).toThrow(message)
})

test.for([['--coats', '-5'], ['-n', '-5'], ['--coats=-5']])('%j is parsed as a number', (argv) => {
  const { coats } = parseCommandLine(PAINT, ['north', ...argv]).values
  expect(() => wholeNumber('--coats', coats, 1, 9)).toThrow(
    '--coats "-5": expected a whole number from 1 to 9.',
  )
})

test('errors in values name the option', () => {
  expect(wholeNumber('--coats', '9', 1, 9)).toBe(9)
  expect(() => wholeNumber('--coats', '1e1', 1, 20)).toThrow('--coats "1e1": expected a whole number')
  expect(() => wholeNumber('--coats', '10', 1, 9)).toThrow('--coats "10"')
  expect(oneOf('--colour', 'red', ['red', 'blue'])).toBe('red')
  expect(() => oneOf('--colour', 'pink', ['red', 'blue'])).toThrow(
    '--colour "pink": expected one of red, blue.',
  )
  expect(someOf('--colour', 'red, blue', ['red', 'blue'])).toEqual(['red', 'blue'])
})
