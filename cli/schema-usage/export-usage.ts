import type { UsageExport } from '../../schema/check/usage/usage-export.ts'
import { parseClient, type Client } from '../../gateway/usage/client.ts'
import { coveredWindow, type Interval, type RecordingGap } from './covered-window.ts'
import {
  dayOf,
  type OperationDetails,
  type UsageDay,
  type UsageReader,
} from '../../gateway/usage/usage-store.ts'

const DAY_MS = 86_400_000

const iso = (ms: number) => new Date(ms).toISOString()

/**
 * Merges the recording of some days. Null if nothing was recorded.
 *
 * @param asked from the beginning of a UTC day to the end of one, in milliseconds since 1970
 */
export async function exportUsage(store: UsageReader, asked: Interval): Promise<UsageExport | null> {
  const days: UsageDay[] = []
  for (let ms = asked.from; ms <= asked.to; ms += DAY_MS) {
    const day = await store.readDay(dayOf(ms))
    if (day) days.push(day)
  }
  const window = coveredWindow(
    days.map(({ gateways }) => gateways),
    asked,
  )
  if (!window) return null
  const signatures = [...new Set(days.flatMap(({ uses }) => uses.map(({ signature }) => signature)))]
  const known = new Map((await store.readOperations(signatures)).map((found) => [found.signature, found]))
  const forgotten = forgottenUses(days, known, window)
  const from = Math.max(window.from, ...forgotten.map(({ to }) => to))
  const gaps = [...window.gaps, ...forgotten]
  return {
    version: 1,
    from: iso(from),
    to: iso(window.to),
    operations: operationsOf(days, known),
    ...(gaps.length > 0 && {
      gaps: gaps.map((gap) => ({ from: iso(gap.from), to: iso(gap.to), reason: gap.reason })),
    }),
  }
}

/** Days on which operations were used whose details Redis no longer has. */
function forgottenUses(
  days: readonly UsageDay[],
  known: ReadonlyMap<string, OperationDetails>,
  { from, to }: Interval,
): RecordingGap[] {
  return days.flatMap(({ day, uses }) => {
    const lost = new Set(uses.map(({ signature }) => signature).filter((signature) => !known.has(signature)))
    if (lost.size === 0) return []
    const begin = Date.parse(day)
    const reason = `Redis has lost ${lost.size} operations that were used on this day.`
    return [{ from: Math.max(begin, from), to: Math.min(begin + DAY_MS, to), reason }]
  })
}

/** The most used operation is the first. */
function operationsOf(
  days: readonly UsageDay[],
  known: ReadonlyMap<string, OperationDetails>,
): UsageExport['operations'] {
  const clients = new Map<string, Map<string, { count: number; lastUsed: number }>>()
  const inputs = new Map<string, Set<string>>()
  for (const day of days) {
    for (const { signature, client, count, lastUsed } of day.uses) {
      const ofOperation = clients.getOrInsertComputed(signature, () => new Map())
      const before = ofOperation.get(client) ?? { count: 0, lastUsed: 0 }
      ofOperation.set(client, {
        count: before.count + count,
        lastUsed: Math.max(before.lastUsed, lastUsed),
      })
    }
    for (const { signature, coordinate } of day.inputs) {
      inputs.getOrInsertComputed(signature, () => new Set()).add(coordinate)
    }
  }
  const operations = [...clients].flatMap(([signature, ofOperation]) => {
    const details = known.get(signature)
    if (!details) return []
    const { name, document, coordinates } = details
    const used = [...ofOperation].map(([client, { count, lastUsed }]) => ({
      ...parseClient(client),
      count,
      lastUsed: iso(lastUsed),
    }))
    return {
      signature,
      name,
      document,
      coordinates: [...new Set([...coordinates, ...(inputs.get(signature) ?? [])])].toSorted(),
      clients: used.toSorted((a, b) => b.count - a.count || compare(textOf(a), textOf(b))),
    }
  })
  return operations.toSorted((a, b) => requestsOf(b) - requestsOf(a) || compare(a.signature, b.signature))
}

const textOf = ({ name, version }: Client) => `${name ?? ''} ${version ?? ''}`

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Number of requests by all clients. */
export const requestsOf = ({ clients }: { clients: readonly { count: number }[] }): number =>
  clients.reduce((sum, { count }) => sum + count, 0)
