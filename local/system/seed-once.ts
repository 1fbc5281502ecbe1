import { isSeeded, seed } from '../seed/seed.ts'
import type { DatabaseUrls } from './databases.ts'
import type { Settings } from './settings.ts'
import type { StartupHooks } from './startup-hooks.ts'

/** Seed of the random numbers. It is fixed so that the first graph is the same on every machine. */
const RNG = 42

/**
 * Fills empty databases with the demo graph. Does nothing if there are already users.
 *
 * Seeding is atomic. If the start is aborted, this function therefore does not wait for the seed: its transactions are
 * rolled back when this process exits.
 */
export async function seedOnce(
  { seedUsers, config }: Settings,
  urls: DatabaseUrls,
  { output, signal }: Pick<StartupHooks, 'output' | 'signal'>,
): Promise<void> {
  if (seedUsers === 0 || (await isSeeded(urls.users))) return
  const { SEED_POSTS_PER_USER: postsPerUser } = config
  const { progress } = output
  progress(
    `Filling the databases with demo data: ${count(seedUsers)} users, ${count(seedUsers * postsPerUser)} posts`,
  )
  const log = (line: string) => output.report('seed', 'info', line)
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    const seeding = seed({ urls, users: seedUsers, postsPerUser, rng: RNG, log, progress })
    await Promise.race([seeding, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

const count = (number: number) => number.toLocaleString('en-US')
