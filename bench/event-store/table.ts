import type { Figure } from '../change-log/figures.ts'
import { OPERATIONS, type StoresResult } from './compare-stores.ts'
import type { RebuildResult } from './rebuild.ts'

export type EventStoreResults = { rebuild?: RebuildResult; stores?: StoresResult }

/** The results as lines for a terminal: medians, with the least and the greatest. */
export function tableOf({ rebuild, stores }: EventStoreResults): string {
  const rows: [string, string][] = []
  if (rebuild) {
    const { eventsPerSecond, cpuUs, commands } = rebuild
    rows.push([`rebuild of ${rebuild.events} events, events/s`, show(eventsPerSecond.alone)])
    rows.push(['  while commands go on', show(eventsPerSecond.withCommands)])
    rows.push(['  CPU µs an event, node', show(cpuUs.node)], ['  Postgres', show(cpuUs.postgres)])
    for (const part of ['p50', 'p99', 'greatest'] as const) {
      rows.push([`a command, ms, ${part}`, show(commands.alone[part])])
      rows.push(['  beside the rebuild', show(commands.withRebuild[part])])
    }
  }
  for (const operation of stores ? OPERATIONS : []) {
    const cost = stores?.[operation]
    if (!cost) continue
    for (const name of ['ours', 'castore'] as const) {
      const { perSecond, p50, p99, cpuUs } = cost[name]
      rows.push([`${operation}, ${name}, operations/s`, show(perSecond)])
      rows.push(['  p50 ms', show(p50)], ['  p99 ms', show(p99)], ['  CPU µs', show(cpuUs)])
    }
    rows.push(['  ours / castore', show(cost.ratio)])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

const show = ({ median, range: [least, greatest] }: Figure) => `${median} [${least}–${greatest}]`
