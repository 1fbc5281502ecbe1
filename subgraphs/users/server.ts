import { createSignal } from '../../patterns/change-log/index.ts'
import { deleteExpiredKeys } from '../../patterns/idempotency/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { databasesIn, variablesOf } from '../../platform/config/service-variables.ts'
import { exportRoute } from '../../service/change-log/export-route.ts'
import { keepConsumer } from '../../service/change-log/keep-consumer.ts'
import { onlyDatabase, type ServiceDatabase } from '../../service/databases.ts'
import { startService } from '../../service/start-service.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { prismaAdapter } from '../../platform/postgres/prisma-adapter.ts'
import { PrismaClient } from '../../prisma/users/generated/client.ts'
import { createPasswords } from './commands/passwords.ts'
import { revocationCutoff } from './commands/session-store.ts'
import { createContext } from './context.ts'
import { usersExports } from './exports.ts'
import { acceptWaiting } from './follow-requests/accept-waiting.ts'
import { FOLLOW_REQUESTS } from './follow-requests/follow-requests-consumer.ts'
import { facetTable } from './resolvers/facets.ts'
import { resolvers } from './resolvers/index.ts'
import { tokenRoutes } from './routes.ts'
import { makeRefreshToken } from './tokens/refresh-token.ts'
import { createSigningKeys } from './tokens/signing-keys.ts'

/** Variables of the users service. */
export const VARIABLES = variablesOf('users')

type UsersConfig = Config<(typeof VARIABLES)[number]>

/**
 * Maximum number of passwords that are hashed concurrently, and that wait. Two of libuv's four threads stay free for
 * everything else. At 50 to 100 ms each, the waiting passwords take 2 to 3 s, less than the gateway's timeout of 5 s.
 */
const PASSWORDS = { atOnce: 2, waiting: 60 }

/**
 * Wires the users subgraph: profiles, passwords, sessions and the keys that sign access tokens.
 *
 * @param clock time for everything that expires. Tests set it.
 */
export function startUsers(config: UsersConfig, clock = systemClock): Promise<RunningServer> {
  return startService({
    name: 'users',
    folder: import.meta.dirname,
    databases: databasesIn('users', config),
    config,
    clock,
    wire: (databases, { log }) => {
      const database = onlyDatabase(databases)
      const ownerUrl = config.SUBGRAPH_URL_FOLLOWERS
      const requests = keepConsumer(FOLLOW_REQUESTS, { database, ownerUrl, config, clock, log })
      const ceased = createSignal()
      const services = {
        ...createServices(database, config, clock),
        ceased,
        followRequests: requests.running,
      }
      return {
        resolvers,
        facetTable,
        createContext: (base) => createContext(services, base),
        publicRoutes: (app) => tokenRoutes(app, services),
        internalRoutes: [
          exportRoute(
            databases,
            usersExports(() => revocationCutoff(services)),
            log,
          ),
        ],
        consumers: [requests],
        background: () => acceptWaiting({ transact: database.transact, ceased, log }),
        housekeeping: () => deleteExpiredKeys(database.sql, clock()),
        // The first key must be published before any token that it signed is in use.
        prepare: async () => {
          if (!services.settings.external) await services.signingKeys.current()
        },
      }
    },
  })
}

function createServices(database: ServiceDatabase, config: UsersConfig, clock: typeof systemClock) {
  const accessTtlMs = config.ACCESS_TOKEN_TTL_S * 1000
  const rotationMs = config.SIGNING_KEY_ROTATION_S * 1000
  return {
    database: database.name,
    prisma: new PrismaClient({ adapter: prismaAdapter(database.pool) }),
    transact: database.transact,
    clock,
    makeId: idMaker(clock),
    makeToken: makeRefreshToken,
    secret: config.INTERNAL_SECRET,
    passwords: createPasswords(PASSWORDS),
    signingKeys: createSigningKeys(database, clock, { rotationMs, accessTtlMs }),
    settings: {
      issuer: config.JWT_ISSUER,
      audience: config.JWT_AUDIENCE,
      accessTtlMs,
      refreshTtlMs: config.REFRESH_TOKEN_TTL_S * 1000,
      external: config.JWKS_URL !== undefined,
    },
  }
}
