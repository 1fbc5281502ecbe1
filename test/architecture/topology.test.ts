import { access, glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  databases,
  databaseVariable,
  services,
  subgraphVariable,
  topology,
} from '../../contracts/topology.ts'
import { root } from '../../platform/root.ts'

/**
 * Files and folders outside `subgraphs/` that name a service, each with the reason. Check these when adding a service;
 * no other code depends on a specific service.
 */
const NAMED: Readonly<Record<string, string>> = {
  'contracts/topology.ts': 'the table itself',
  'cli/cache/audit/queries.ts': 'fields of the queries of an audit',
  'cli/cache/commands.ts': 'examples in the help',
  'cli/events/run.ts': 'relations are the only streams',
  'cli/log/commands.ts': 'examples in the help',
  'cli/log/consumers.ts': 'a row for each consumer that can be rebuilt by hand',
  'gateway/node-field/sdl.ts': 'which subgraph owns a type of `node(id:)`',
  'gateway/auth/revocations.ts': 'ended sessions come from the log of users',
  'gateway/tessera/start-tessera-gateway.ts': 'users signs people in',
  'local/seed/': 'the demo graph has users, posts and followers',
  'local/system/seed-once.ts': 'a database with users is seeded',
}

test('only the table of services and a few listed files contain the name of a service', async () => {
  const variables = [...databases.map(databaseVariable), ...services.map(subgraphVariable)]
  const names = new RegExp(
    `'(${services.join('|')})'|\\b(${variables.join('|')})\\b|\\burls\\.(${services.join('|')})\\b`,
  )
  const found = new Set<string>()
  for await (const file of glob('{cli,contracts,gateway,local,patterns,platform,service}/**/*.ts', {
    cwd: root,
  })) {
    if (file.endsWith('.test.ts') || !names.test(await readFile(join(root, file), 'utf8'))) continue
    found.add(Object.keys(NAMED).find((named) => file.startsWith(named)) ?? file)
  }
  expect([...found].toSorted()).toEqual(Object.keys(NAMED).toSorted())
})

test.for(services)('the service %s has its folders', async (service) => {
  const files = ['main.ts', 'server.ts', 'schema.graphql'].map((file) => join('subgraphs', service, file))
  const tables = ['schema.prisma', 'migrations'].map((file) => join('prisma', service, file))
  for (const file of [...files, ...tables])
    await expect(access(join(root, file)), file).resolves.toBeUndefined()
})

test('services have distinct names, ports and variables', () => {
  expect(new Set(databases.map(databaseVariable)).size).toBe(databases.length)
  expect(new Set(databases).size).toBe(databases.length)
  expect(new Set(services.map((service) => topology[service].port)).size).toBe(services.length)
})
