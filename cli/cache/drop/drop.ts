import { readStatus } from '../../../patterns/change-log/index.ts'
import { serviceOf, type DatabaseName } from '../../../contracts/topology.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { Installation } from '../../log/installation.ts'
import { openDatabases, type OpenDatabase } from '../../log/open-database.ts'
import { count, duration, plain } from '../../log/plain.ts'
import { databaseReader } from '../../log/tail/read-events.ts'
import type { Targets } from './targets.ts'
import { withPosts } from './with-posts.ts'
import { awaitTick, writeDrop } from './write-drop.ts'

/** Maximum wait for the tick with the drop. A working relay takes one within a second. Milliseconds. */
const WAIT_MS = 10_000

/** The drop in one database. `epoch` and `offset` are null if no tick has it yet. */
export type Drop = {
  database: DatabaseName
  /** Null if everything that was read from the database is dropped. */
  facets: readonly string[] | null
  epoch: number | null
  offset: number | null
}

/**
 * Drops facets or whole databases from all caches: writes an event to the log of each owner, which touches them.
 *
 * @returns false if a tick was waited for in vain
 * @throws UserFacingError if a database is not usable; nothing is written then
 */
export async function drop(
  installation: Installation,
  { targets, wait, json }: { targets: Targets; wait: boolean; json: boolean },
  { print, stop }: { print: (line: string) => void; stop: AbortSignal },
): Promise<boolean> {
  await using stack = new AsyncDisposableStack()
  const opened = await openDatabases(installation, [...targets.keys()], stack)
  const ends = new Map(await Promise.all(opened.map(endOf)))
  const drops = await Promise.all(
    opened.map(async (database): Promise<Drop> => {
      const { name, sql } = database
      const target = targets.get(name)
      const named = target === undefined || target === 'whole' ? null : target
      const facets = named && (await withPosts(sql, named))
      const xid = await writeDrop(database, facets)
      const end = ends.get(name)
      const clock = () => performance.now()
      const waiting = { waitMs: wait ? WAIT_MS : 0, clock, stop }
      const at = end ? await awaitTick(databaseReader(sql), end, xid, waiting) : null
      return { database: name, facets, epoch: at?.epoch ?? null, offset: at?.offset ?? null }
    }),
  )
  const ok = !wait || drops.every(({ offset }) => offset !== null)
  if (json) print(JSON.stringify({ ok, drops }, null, 2))
  else for (const one of drops) print(plain(describe(one, wait)))
  return ok
}

async function endOf({ name, sql }: OpenDatabase) {
  const status = await readStatus(sql)
  if (status) return [name, status.end] as const
  throw new UserFacingError(
    `The log of ${name} was never started, so nothing of it is cached. Start the ${serviceOf(name)} service, which starts it.`,
  )
}

function describe({ database, facets, epoch, offset }: Drop, wait: boolean): string {
  const what = facets === null ? 'everything' : count(facets.length, 'facet')
  if (offset !== null) return `${database}: ${what} dropped, at offset ${offset} of epoch ${epoch}`
  const written = `${database}: the drop of ${what} is written, and takes effect with the next tick`
  if (!wait) return written
  return `! ${written}. There was none for ${duration(WAIT_MS)}: does the ${serviceOf(database)} service run? See: npm run log -- status.`
}
