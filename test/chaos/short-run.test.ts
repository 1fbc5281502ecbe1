import { expect, test } from 'vitest'
import { createOutput } from '../../local/system/output.ts'
import { runChaos } from './system/run-chaos.ts'
import { tableOf, violationsOf } from './system/table.ts'

/** Chosen for what its first steps are: a bit of each kind. Always the same, so whoever breaks it can run it again. */
const SEED = 268

/** From the start to the last nemesis: with what comes before and after it, a run of a minute and a half. */
const LAST_MS = 70_000

test(
  'during a minute of faults, nothing is lost, repeated, reordered or unnoticed',
  { timeout: 300_000 },
  async () => {
    const said: string[] = []
    const output = createOutput(
      (text) => void said.push(text),
      () => new Date(),
    )
    // Fewer clients, who take their time: other tests run beside it.
    const report = await runChaos({ seed: SEED, lastMs: LAST_MS, clients: 4, restMs: 120, output })
    expect(report.operations.ok).toBeGreaterThan(0)
    expect(report.nemeses).not.toEqual([])
    const { length } = violationsOf(report)
    expect(length, `${tableOf(report)}\n${length > 0 ? said.join('') : ''}`).toBe(0)
  },
)
