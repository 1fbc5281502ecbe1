import { parseArgs } from 'node:util'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { judgeFlatness } from './gateway/memory/flatness.ts'
import { MAX_OPERATIONS } from './gateway/memory/operations.ts'
import { runMemory, type MemoryArguments, type Sample } from './gateway/memory/run.ts'

const USAGE = `Usage: npm run bench:memory [-- --requests 1000000] [--operations 10000] [--samples 20]`

/** `npm run bench:memory`: whether the gateway's memory stays flat. Exits with 1 when it does not. */
await runCommand(async () => {
  const samples = await runMemory(readArguments(), print)
  for (const [name, values] of [
    ['heap', samples.map(({ heapMb }) => heapMb)],
    ['RSS', samples.map(({ rssMb }) => rssMb)],
  ] as const) {
    const { growth, flat } = judgeFlatness(values)
    console.log(
      `${name} ${flat ? 'is flat' : 'GROWS'}: ${(growth * 100).toFixed(1)} % from the third quarter to the last`,
    )
    if (!flat) process.exitCode = 1
  }
})

function print({ requests, rssMb, heapMb }: Sample): void {
  console.log(
    `${String(requests).padStart(9)} requests  heap ${heapMb.toFixed(1)} MB  RSS ${rssMb.toFixed(0)} MB`,
  )
}

function readArguments(): MemoryArguments {
  const { requests, operations, samples } = parse()
  return {
    requests: whole('requests', requests, 1_000, 1_000_000_000),
    operations: whole('operations', operations, 1, MAX_OPERATIONS),
    samples: whole('samples', samples, 8, 1_000),
  }
}

function parse() {
  try {
    return parseArgs({
      options: {
        requests: { type: 'string', default: '1000000' },
        operations: { type: 'string', default: '10000' },
        samples: { type: 'string', default: '20' },
      },
    }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  }
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UserFacingError(
    `--${name} ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}.\n${USAGE}`,
  )
}
