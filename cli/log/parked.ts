import { listConsumerStatus, listParked, type ParkedKey } from '../../patterns/change-log/index.ts'
import { databases } from '../../contracts/topology.ts'
import type { Installation } from './installation.ts'
import { openDatabases } from './open-database.ts'
import { fullName } from './consumers.ts'
import { count, plain } from './plain.ts'

/** Prints the parked keys of every consumer, the oldest first. */
export async function parked(
  installation: Installation,
  { json }: { json: boolean },
  print: (line: string) => void,
): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const opened = await openDatabases(installation, databases, stack)
  const lists = opened
    .filter(({ consumes }) => consumes)
    .map(async ({ sql }) => {
      const keys = (await listConsumerStatus(sql)).map((consumer) => listParked(sql, consumer))
      return (await Promise.all(keys)).flat()
    })
  const keys = (await Promise.all(lists)).flat().toSorted((a, b) => a.since.getTime() - b.since.getTime())
  if (json) return print(JSON.stringify(keys, null, 2))
  if (keys.length === 0) print('Nothing is parked.')
  for (const key of keys) print(plain(describe(key)))
}

function describe({ key, events, reason, since, ...name }: ParkedKey): string {
  return `${fullName(name)}  ${key}  ${count(events, 'event')} since ${since.toISOString()}  ${reason}`
}
