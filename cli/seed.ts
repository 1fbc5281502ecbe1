import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { parseSeedArguments, USAGE } from './seed/arguments.ts'
import { DEMO_PASSWORD, seed } from './seed/seed.ts'

/** `npm run seed`: fills the databases with a social graph. */
await runCommand(async () => {
  const options = parseSeedArguments(process.argv.slice(2))
  if (!options) return console.log(USAGE)
  const config = readConfig(['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS'])
  const urls = {
    users: config.DATABASE_URL_USERS,
    posts: config.DATABASE_URL_POSTS,
    followers: config.DATABASE_URL_FOLLOWERS,
  }
  const started = systemClock()
  await seed({ ...options, urls, log: console.log })
  const seconds = ((systemClock() - started) / 1_000).toFixed(1)
  console.log(
    `seeded in ${seconds} s; alice, bob, carol, dan, celeste and all others sign in with ${DEMO_PASSWORD}`,
  )
})
