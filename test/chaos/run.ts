import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createOutput } from '../../local/system/output.ts'
import { runCommand, stopSignal, UserFacingError } from '../../platform/lifecycle.ts'
import { PLANT_NAMES } from './loader/plants.ts'
import { runChaos } from './system/run-chaos.ts'
import { NEMESIS_NAMES } from './system/schedule.ts'
import { tableOf, violationsOf } from './system/table.ts'

const USAGE = `Usage: npm run chaos [-- --minutes 30] [--seed N] [--json]

  --minutes N   from the start to the last nemesis, 0.5 to 1440; healing and checking come after that. Default: 30
  --seed N      whole number below 2^32: what is done, and in which order. Default: another one each time
  --json        prints the report as one JSON object to standard output
  --only A,B    these nemeses alone, in the order of the schedule: ${NEMESIS_NAMES.join(', ')}
  --plant BUG   a known bug, to see it found: ${PLANT_NAMES.join(', ')}
  --quiet       without what the processes say

Ends with 1 when anything was violated.
`

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      plant: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(USAGE)
  const minutes = number('minutes', values.minutes, 0.5, 1_440)
  const seed = values.seed === undefined ? randomInt(2 ** 31) : number('seed', values.seed, 0, 2 ** 32 - 1)
  const output = createOutput(
    (text) => void process.stderr.write(text),
    () => new Date(),
  )
  // Of a crowd of processes that are killed, only the run itself is told.
  const own = { ...output, line: values.quiet ? () => {} : output.line }
  const stop = stopSignal()
  const report = await runChaos({
    // Nothing may be left behind by somebody who has seen enough.
    opened: (opened) =>
      void stop.then(async () => {
        await opened[Symbol.asyncDispose]()
        process.exit(130)
      }),
    seed,
    lastMs: minutes * 60_000,
    output: own,
    ...(values.only && { only: oneOf('only', NEMESIS_NAMES, values.only) }),
    ...(values.plant && { plants: oneOf('plant', PLANT_NAMES, values.plant) }),
  })
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : tableOf(report))
  if (violationsOf(report).length > 0) process.exitCode = 1
})
process.exit(process.exitCode ?? 0)

/** @throws UserFacingError naming the option, its value and what was expected */
function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (text !== '' && value >= least && value <= most && (name !== 'seed' || Number.isInteger(value)))
    return value
  throw new UserFacingError(
    `--${name} ${text}: expected a ${name === 'seed' ? 'whole ' : ''}number from ${least} to ${most}.`,
  )
}

/** @throws UserFacingError naming the one that there is not */
function oneOf<Name extends string>(option: string, known: readonly Name[], text: string): Name[] {
  return text.split(',').map((given) => {
    const found = known.find((name) => name === given)
    if (found !== undefined) return found
    throw new UserFacingError(`--${option} ${given}: expected one of ${known.join(', ')}.`)
  })
}
