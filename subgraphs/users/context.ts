import type { Transact } from '../../contracts/sql.ts'
import { checkEvent } from '../../contracts/events.ts'
import { isUuid, parseIdOf, type Uuid } from '../../contracts/ids.ts'
import { requestWrites, type RequestWrites, type Signal } from '../../patterns/change-log/index.ts'
import type { Clock, MakeId } from '../../platform/clock.ts'
import { untilFresh, type AwaitedConsumer } from '../../service/change-log/request-copy.ts'
import type { RequestBase } from '../../service/graphql/subgraph-server.ts'
import type { PrismaClient } from '../../prisma/users/generated/client.ts'
import type { Passwords } from './commands/passwords.ts'
import { NAME } from './follow-requests/request-store.ts'
import { createLoaders, type Loaders } from './queries/loaders.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'
import type { TokenSettings } from './tokens/token-settings.ts'

/** Services for every request. */
export type Services = {
  /** Name of its database, in tokens. */
  database: string
  prisma: PrismaClient
  /** The transactions that commands run in. */
  transact: Transact
  clock: Clock
  makeId: MakeId
  /** Makes a refresh token: 32 random bytes, base64url. */
  makeToken: () => string
  /** Key of the hashes of idempotent inputs, and of derived refresh tokens. */
  secret: string
  passwords: Passwords
  signingKeys: SigningKeys
  settings: TokenSettings
  /** Raised when a user has ceased to approve followers. */
  ceased: Pick<Signal, 'raise'>
  /** Decides requests to follow, by the log of followers. */
  followRequests: () => AwaitedConsumer
}

/** `session` is null if an external identity provider is configured. */
export type SignedIn = { id: Uuid; session: Uuid | null }

export type Context = Services &
  RequestWrites & {
    /** Null when anonymous. */
    viewer: SignedIn | null
    /** Loaders cache their reads. Mutations do not need them: they return the row that they wrote. */
    loaders: Loaders
    /** Waits until the requests to follow contain the client's writes. */
    requestsFresh: () => Promise<void>
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
    requestsFresh: untilFresh(NAME, services.followRequests(), base),
  }
}
