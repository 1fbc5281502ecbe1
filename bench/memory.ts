import { parseCommandLine, wholeNumber, type Command } from '../platform/command-line.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { judgeFlatness } from './gateway/memory/flatness.ts'
import { MAX_OPERATIONS } from './gateway/memory/operations.ts'
import { runMemory, type MemoryArguments, type Sample } from './gateway/memory/run.ts'

const MEMORY = {
  name: 'npm run bench:memory',
  about: "Checks that the gateway's memory stays flat under many requests. The exit code is 1 when it grows.",
  options: {
    requests: { type: 'string', value: 'N', default: '1000000', about: 'requests to send, from 1000' },
    operations: {
      type: 'string',
      value: 'N',
      default: '10000',
      about: `different operations among them, 1 to ${MAX_OPERATIONS}`,
    },
    samples: { type: 'string', value: 'N', default: '20', about: 'measurements of the memory, 8 to 1000' },
  },
  examples: [
    ['', 'the published figures'],
    ['--requests 50000', 'a quick look'],
  ],
} as const satisfies Command

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
  const { requests, operations, samples } = parseCommandLine(MEMORY).values
  return {
    requests: wholeNumber('--requests', requests, 1_000, 1_000_000_000),
    operations: wholeNumber('--operations', operations, 1, MAX_OPERATIONS),
    samples: wholeNumber('--samples', samples, 8, 1_000),
  }
}
