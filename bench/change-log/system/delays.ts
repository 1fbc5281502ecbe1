import { setTimeout as delay } from 'node:timers/promises'
import { formatId } from '../../../contracts/ids.ts'
import { runSql } from '../../system/sql.ts'
import { COMMITS } from './effects.ts'

/** Longest wait for the effects of a window. */
const TIMEOUT_MS = 20_000

/**
 * From commit to commit, ms, ascending, by the commit timestamps of Postgres. Of two changes of one person that were applied at
 * once, the earlier has the effect of the later.
 *
 * @throws Error when there are writes without an effect
 */
export async function delaysOf(ownerUrl: string, effectsUrl: string): Promise<number[]> {
  // The owner's ids are uuids, those in events are global.
  const writes = (await commitsIn(ownerUrl)).map((commit) => ({ ...commit, id: formatId('user', commit.id) }))
  const until = Date.now() + TIMEOUT_MS
  for (;;) {
    const effects = Map.groupBy(await commitsIn(effectsUrl), ({ id }) => id)
    const delays = writes.map(({ id, version, at }) => {
      const of = effects.get(id)?.filter((effect) => effect.version >= version) ?? []
      return (Math.min(...of.map((effect) => effect.at)) - at) / 1_000
    })
    const missing = delays.filter((ms) => !Number.isFinite(ms)).length
    if (missing === 0) return delays.toSorted((a, b) => a - b)
    if (Date.now() > until) throw new Error(`${missing} of ${writes.length} writes have had no effect.`)
    await delay(100)
  }
}

type Commit = { id: string; version: number; at: number }

async function commitsIn(url: string): Promise<Commit[]> {
  const rows = await runSql(url, COMMITS)
  return rows.map(({ id, version, at }) => ({
    id: String(id),
    version: Number(version),
    at: Number(at),
  }))
}
