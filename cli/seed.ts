import { systemClock } from '../platform/clock.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { parseSeedArguments } from '../local/seed/arguments.ts'
import { requireReadable } from '../local/seed/edges/read-lines.ts'
import { DEMO_PASSWORD, seed } from '../local/seed/seed.ts'
import { openDatabases } from '../local/system/open-databases.ts'

/** `npm run seed`: fills empty databases with a social graph. */
await runCommand(async () => {
  const options = parseSeedArguments()
  if (options.edges !== undefined) await requireReadable(options.edges)
  await using databases = await openDatabases(inheritedEnv(), console.log)
  const started = systemClock()
  await seed({ ...options, urls: databases.urls, log: console.log })
  const seconds = ((systemClock() - started) / 1_000).toFixed(1)
  console.log(
    `seeded in ${seconds} s; alice, bob, carol, dan, celeste and all others sign in with ${DEMO_PASSWORD}`,
  )
})
