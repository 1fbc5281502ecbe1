import { checkEvent } from '../../contracts/events.ts'
import { isUuid, parseIdOf, type Uuid } from '../../contracts/ids.ts'
import { requestWrites, type RequestWrites, type Transactions } from '../../patterns/change-log/index.ts'
import type { Clock, MakeId } from '../../platform/clock.ts'
import type { RequestBase } from '../../service/graphql/subgraph-server.ts'
import type { WithSql } from '../../platform/postgres/prisma-transactions.ts'
import type { Prisma, PrismaClient } from '../../prisma/users/generated/client.ts'
import type { Passwords } from './commands/passwords.ts'
import { createLoaders, type Loaders } from './queries/loaders.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'
import type { TokenSettings } from './tokens/token-settings.ts'

export type Tx = WithSql<Prisma.TransactionClient>

/** What every request of the service works with. */
export type Services = {
  /** Name of its database, in tokens. */
  database: string
  prisma: PrismaClient
  /** Commands run in these. */
  transactions: Transactions<Tx>
  clock: Clock
  makeId: MakeId
  /** Makes a refresh token: 32 random bytes, base64url. */
  makeToken: () => string
  /** Keys the hashes of idempotent inputs, and the refresh tokens that succeed others. */
  secret: string
  passwords: Passwords
  signingKeys: SigningKeys
  settings: TokenSettings
}

/** `session` is null where an external identity provider signs people in. */
export type SignedIn = { id: Uuid; session: Uuid | null }

export type Context = Services &
  RequestWrites & {
    /** Null when anonymous. */
    viewer: SignedIn | null
    /** Loaders remember what they read. Mutations do not need them: they return the row they wrote. */
    loaders: Loaders
  }

export function createContext(services: Services, base: RequestBase): Context {
  const { viewer } = base
  const id = viewer && parseIdOf('user', viewer.id)
  const session = viewer?.session && isUuid(viewer.session) ? viewer.session : null
  return {
    ...services,
    ...requestWrites(services.database, checkEvent, base),
    viewer: id ? { id, session } : null,
    loaders: createLoaders(base.readerOf(services.database)),
  }
}
