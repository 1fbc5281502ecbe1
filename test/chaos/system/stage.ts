import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Random } from '../../../local/seed/random.ts'
import type { Fleet } from './fleet.ts'
import type { Ground } from './ground.ts'
import type { Ledger } from './ledger.ts'
import type { Generations } from './people.ts'

/** What a nemesis may lay hands on. */
export type Stage = {
  ground: Ground
  fleet: Fleet
  ledger: Ledger
  generations: Generations
  /** The last backup of each database. */
  backups: Map<string, string>
  say: (message: string) => void
}

/**
 * Does harm for a while and makes it good. What it draws of the random numbers does not depend on what happens.
 *
 * @returns what it did, in a few words
 */
export type Nemesis = (stage: Stage, random: Random) => Promise<string>

/** How long harm lasts. Milliseconds. */
export function aWhile(random: Random, least = 800, most = 3_500): number {
  return least + random.below(most - least)
}

export const pause = (ms: number) => delay(ms)

/** Runs something as the superuser, whatever the proxies do. */
export async function asSuperuser<Result>(
  url: string,
  run: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Tries until it succeeds: the server may be on its way up. @throws what it failed with at last */
export async function insist<Result>(run: () => Promise<Result>, timeoutMs = 60_000): Promise<Result> {
  const late = AbortSignal.timeout(timeoutMs)
  for (;;) {
    try {
      return await run()
    } catch (error) {
      if (late.aborted) throw error
      await delay(200)
    }
  }
}
