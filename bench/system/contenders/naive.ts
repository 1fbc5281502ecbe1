import { services } from '../../../contracts/topology.ts'
import type { DatabaseUrls } from '../../../local/system/databases.ts'
import { freePorts } from '../../../platform/ports.ts'
import { PROFILE } from '../../../test/e2e/profile-query.ts'
import type { Contender } from '../contender.ts'
import { startProgram } from '../program.ts'
import { readProfile } from './read-profile.ts'

/** The same three services and databases, built from stock libraries, behind the stock gateway. */
export async function startNaive(databaseUrls: DatabaseUrls): Promise<Contender> {
  await using stack = new AsyncDisposableStack()
  const [gatewayPort, ...ports] = await freePorts(1 + services.length)
  const servers: Record<string, number> = {}
  for (const [i, service] of services.entries()) {
    const started = await startProgram(`naive/${service}.js`, [databaseUrls[service], String(ports[i])])
    servers[service] = stack.use(started).pid
  }
  const targets = services.map((service, i) => `${service}=http://127.0.0.1:${ports[i]}/`)
  servers['gateway'] = stack.use(
    await startProgram('naive/gateway.js', [String(gatewayPort), ...targets]),
  ).pid
  const started = stack.move()
  return {
    name: 'naive',
    url: `http://127.0.0.1:${gatewayPort}/`,
    servers,
    databases: Object.values(databaseUrls).map((url) => new URL(url).pathname.slice(1)),
    body: (handle) => JSON.stringify({ query: PROFILE, variables: { handle } }),
    read: (data) => readProfile(data, (id) => id),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}
