import { randomBytes } from 'node:crypto'
import { processNames } from '../../../local/system/environment.ts'
import type { DatabaseUrls } from '../../../local/system/databases.ts'
import { createOutput } from '../../../local/system/output.ts'
import { startSystem } from '../../../local/system/start-system.ts'
import { parseIdOf } from '../../../contracts/ids.ts'
import { inheritedEnv, type Env } from '../../../platform/config/read-config.ts'
import { PROFILE } from '../../../test/e2e/profile-query.ts'
import type { Contender } from '../contender.ts'
import { readProfile } from './read-profile.ts'

/** Our own system, as `npm start` runs it. @param env additional variables of its processes */
export async function startTessera(databaseUrls: DatabaseUrls, env: Env = {}): Promise<Contender> {
  const output = createOutput(
    (text) => void process.stderr.write(text),
    () => new Date(),
  )
  const system = await startSystem({
    databaseUrls,
    internalSecret: randomBytes(32).toString('base64url'),
    env: { ...inheritedEnv(), NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env },
    output,
  })
  return {
    name: 'tessera',
    url: system.gatewayUrl,
    servers: Object.fromEntries(processNames.map((name) => [name, system.pid(name) as number])),
    databases: Object.values(databaseUrls).map((url) => new URL(url).pathname.slice(1)),
    body: (handle) => JSON.stringify({ query: PROFILE, variables: { handle } }),
    read: (data) =>
      readProfile(data, (id) => parseIdOf('user', id) ?? parseIdOf('post', id) ?? `not an id: ${id}`),
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  }
}
