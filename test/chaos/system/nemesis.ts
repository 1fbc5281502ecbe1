import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Random } from '../../../local/seed/random.ts'
import type { Fleet } from './fleet.ts'
import type { Servers } from './servers.ts'
import type { Ledger } from './ledger.ts'
import type { Generations } from './people.ts'

/** The parts of the system that a nemesis can affect. */
export type ChaosSystem = {
  servers: Servers
  fleet: Fleet
  ledger: Ledger
  generations: Generations
  /** The gateways that clients may ask now. */
  gateways: { urls: readonly string[] }
  /** The last backup of each database. */
  backups: Map<string, string>
  say: (message: string) => void
}

/**
 * Causes a fault for a while and ends it. Its use of random numbers does not depend on what happens.
 *
 * @returns a short description of the fault
 */
export type Nemesis = (system: ChaosSystem, random: Random) => Promise<string>

/** Duration of a fault. Milliseconds. */
export function randomDuration(random: Random, least = 800, most = 3_500): number {
  return least + random.below(most - least)
}

export const pause = (ms: number) => delay(ms)

/** Runs statements as the superuser, without the proxies. */
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

/** Retries until it succeeds, because the server may be starting. @throws the last error */
export async function retry<Result>(run: () => Promise<Result>, timeoutMs = 60_000): Promise<Result> {
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
