import { isSeeded, seed } from '../seed/seed.ts'
import type { DatabaseUrls } from './databases.ts'
import type { Settings } from './settings.ts'
import type { Steering } from './startup-hooks.ts'

/** Seed of the demo graph's random numbers: everybody's first graph is the same. */
const RNG = 42

/**
 * Puts the demo graph into empty databases; does nothing where there are users already.
 *
 * Seeding is all or nothing, so when the signal comes it is left alone: what it holds open ends with the process.
 */
export async function seedOnce(
  { seedUsers, config }: Settings,
  urls: DatabaseUrls,
  { output, signal }: Pick<Steering, 'output' | 'signal'>,
): Promise<void> {
  if (seedUsers === 0 || (await isSeeded(urls.users))) return
  const log = (line: string) => output.report('seed', 'info', line)
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    const seeding = seed({ urls, users: seedUsers, postsPerUser: config.SEED_POSTS_PER_USER, rng: RNG, log })
    await Promise.race([seeding, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
