import type { ChaosReport } from './run-chaos.ts'

/** Maximum number of lines shown per checker. */
const MAX_SHOWN = 20

/** The result of a run as text. */
export function tableOf({
  seed,
  operations,
  answers,
  unansweredReads,
  nemeses,
  verdicts,
  kept,
}: ChaosReport): string {
  const { ok, failed, unknown } = operations
  const width = Math.max(...verdicts.map(({ checker }) => checker.length))
  const counted = Math.max(...verdicts.map((verdict) => verdict.counted.length))
  const rows = verdicts.map(
    (verdict) =>
      `  ${verdict.checker.padEnd(width)}  ${verdict.counted.padEnd(counted)}  ${verdict.violations.length === 0 ? 'ok' : `${verdict.violations.length} VIOLATIONS`}`,
  )
  const found = verdicts.flatMap(({ checker, violations }) =>
    violations.slice(0, MAX_SHOWN).map((violation) => `  ${checker}: ${violation}`),
  )
  const total = ok + failed + unknown
  return [
    `Nemeses, ${nemeses.length}:`,
    ...nemeses.map((line) => `  ${line}`),
    '',
    `Answers: ${Object.entries(answers)
      .map(([response, count]) => `${count} ${response}`)
      .join(', ')}; ${unansweredReads} reads without one`,
    `Operations: ${total}: ${ok} ok, ${failed} failed, ${unknown} unknown`,
    '',
    ...rows,
    '',
    ...(found.length > 0
      ? ['Violations:', ...found, ...(kept === null ? [] : [`Ledger and what was read are kept in ${kept}.`])]
      : [`No violation in ${total} operations: at 95 %, fewer than one in ${Math.floor(total / 3)} (3/N).`]),
    `Seed ${seed}. The same schedule and the same choices again: npm run chaos -- --seed ${seed}. Timing is not the seed's.`,
    '',
  ].join('\n')
}

export function violationsOf({ verdicts }: ChaosReport): string[] {
  return verdicts.flatMap(({ checker, violations }) =>
    violations.map((violation) => `${checker}: ${violation}`),
  )
}
