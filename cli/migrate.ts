import { readConfig } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { services } from './layout.ts'
import { migrateDatabases } from './system/databases.ts'

/** `npm run migrate`: applies to the databases of DATABASE_URL_* the migrations that they do not have yet. */
await runCommand(async () => {
  const config = readConfig(['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS'])
  const applied = await migrateDatabases({
    users: config.DATABASE_URL_USERS,
    posts: config.DATABASE_URL_POSTS,
    followers: config.DATABASE_URL_FOLLOWERS,
  })
  for (const service of services) {
    console.log(`${service}: ${applied[service].length > 0 ? applied[service].join(', ') : 'up to date'}`)
  }
})
