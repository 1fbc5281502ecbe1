import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { commonSchemaFile, startSubgraph } from '../../platform/graphql/subgraph-server.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { createLog } from '../../platform/log.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { PrismaClient } from '../../prisma/followers/generated/client.ts'
import { createContext } from './context.ts'
import { resolvers } from './resolvers/index.ts'

/** Variables of the followers service. */
export const VARIABLES = [
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'INTERNAL_SECRET',
  'DATABASE_URL_FOLLOWERS',
  'DATABASE_POOL_SIZE',
] as const

/** Wires the followers subgraph: who follows and blocks whom. */
export async function startFollowers(config: Config<(typeof VARIABLES)[number]>): Promise<RunningServer> {
  const log = createLog('followers', config)
  const clock = systemClock
  await using stack = new AsyncDisposableStack()
  const database = stack.use(openDatabase(config.DATABASE_URL_FOLLOWERS, config.DATABASE_POOL_SIZE, log))
  const prisma = new PrismaClient({ adapter: new PrismaPg(database.pool) })
  stack.defer(() => prisma.$disconnect())
  const services = { prisma, clock, secret: config.INTERNAL_SECRET }
  const server = await startSubgraph({
    name: 'followers',
    schemaFiles: [commonSchemaFile, join(import.meta.dirname, 'schema.graphql')],
    resolvers,
    config,
    log,
    clock,
    database,
    createContext: (base) => createContext(services, base),
  })
  stack.use(server)
  const running = stack.move()
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
