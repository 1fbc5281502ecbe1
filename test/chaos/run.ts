import { randomInt } from 'node:crypto'
import { generateClients } from '../../local/prisma/generate-clients.ts'
import { createOutput } from '../../local/system/output.ts'
import { parseCommandLine, someOf, type Command } from '../../platform/command-line.ts'
import { runCommand, stopSignal, UserFacingError } from '../../platform/lifecycle.ts'
import { PLANT_NAMES } from './loader/plants.ts'
import { runChaos } from './system/run-chaos.ts'
import { NEMESIS_NAMES } from './system/schedule.ts'
import { tableOf, violationsOf } from './system/table.ts'

const CHAOS = {
  name: 'npm run chaos',
  about: `Runs a whole system under load while its processes are killed, paused and restarted, then checks that nothing was
lost, repeated or reordered. The exit code is 1 when anything was violated.`,
  options: {
    minutes: {
      type: 'string',
      value: 'N',
      default: '30',
      about: 'time from the start to the last nemesis, 0.5 to 1440; healing and\nchecking come after that',
    },
    seed: {
      type: 'string',
      value: 'N',
      about: 'whole number below 2^32 that determines what is done, and in which\norder (default: random)',
    },
    only: {
      type: 'string',
      value: 'NAME,…',
      about: `only these nemeses, in the order of the schedule:\n${listed(NEMESIS_NAMES)}`,
    },
    plant: {
      type: 'string',
      value: 'BUG,…',
      about: `plant known bugs, to see that they are found:\n${listed(PLANT_NAMES)}`,
    },
    json: { type: 'boolean', about: 'print the report to stdout as one JSON object' },
    quiet: { type: 'boolean', about: 'hide the logs of the processes' },
  },
  examples: [
    ['', 'the full run'],
    ['--minutes 2 --seed 7 --quiet', 'a short run that can be repeated'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values } = parseCommandLine(CHAOS)
  const minutes = number('minutes', values.minutes, 0.5, 1_440)
  const seed = values.seed === undefined ? randomInt(2 ** 31) : number('seed', values.seed, 0, 2 ** 32 - 1)
  const output = createOutput(
    (text) => void process.stderr.write(text),
    () => new Date(),
  )
  await generateClients((line) => output.report('chaos', 'info', line))
  const own = { ...output, line: values.quiet ? () => {} : output.line }
  const stop = stopSignal()
  const report = await runChaos({
    // Stopping early must leave nothing behind.
    opened: (opened) =>
      void stop.then(async () => {
        await opened[Symbol.asyncDispose]()
        process.exit(130)
      }),
    seed,
    lastMs: minutes * 60_000,
    output: own,
    ...(values.only && { only: someOf('--only', values.only, NEMESIS_NAMES) }),
    ...(values.plant && { plants: someOf('--plant', values.plant, PLANT_NAMES) }),
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

/** Names separated by commas, a few on each line. */
function listed(names: readonly string[]): string {
  const lines = Array.from({ length: Math.ceil(names.length / 4) }, (_, i) => names.slice(4 * i, 4 * i + 4))
  return lines.map((line) => line.join(', ')).join(',\n')
}
