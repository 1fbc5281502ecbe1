import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { DEFAULT_ALGORITHMS } from '../auth/verify-token.ts'
import { bearerAuthentication, type Authentication } from '../auth/authenticate.ts'
import { remoteKeys } from '../auth/keys.ts'
import { watchRevocations } from '../auth/revocations.ts'
import { tokenVerifier } from '../auth/verify-token.ts'
import { externalViewer, ownViewer } from '../auth/viewers.ts'
import { redisTransport } from '../../patterns/change-log/index.ts'
import { chosenTransport } from '../../platform/config/log-transport.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { createTransport } from '../subgraph-client/create-transport.ts'
import type { GatewayConfig } from './config.ts'

type Surroundings = { config: GatewayConfig; clock: Clock; log: Log }

/** The largest export of ended sessions that is read, in bytes: about five million sessions. */
const EXPORT_LIMIT = 256 * 1_048_576

/** Our own sign-in: tokens that the users subgraph signed, unless their session has ended. */
export async function ownAuthentication(
  users: string,
  { config, clock, log }: Surroundings,
  opened: AsyncDisposableStack,
): Promise<Authentication> {
  const keys = remoteKeys(new URL('/jwks', users).href)
  const transport = opened.use(createTransport(config.SUBGRAPH_HTTP_CLIENT, EXPORT_LIMIT))
  const chosen = chosenTransport(config)
  // A transport is optional: the feed has the whole log.
  const redis = chosen.kind === 'redis' ? opened.use(connectRedis(chosen.url, () => {})) : null
  const revocations = opened.use(
    await watchRevocations({
      usersUrl: users,
      transport,
      logTransport: redis && redisTransport(redis.send),
      secret: config.INTERNAL_SECRET,
      clock,
      log,
      timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
    }),
  )
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config
  const verify = tokenVerifier({ issuer, audience, algorithms: ['EdDSA'], keys, viewerOf: ownViewer }, clock)
  return bearerAuthentication(
    verify,
    revocations.isRevoked,
    { keys: keys.check, revocations: revocations.known },
    { revocations: revocations.current },
  )
}

/** Tokens of an external identity provider. */
export function externalAuthentication(jwksUrl: string, config: GatewayConfig, clock: Clock): Authentication {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config
  const keys = remoteKeys(jwksUrl)
  const from = {
    issuer,
    audience,
    algorithms: DEFAULT_ALGORITHMS,
    keys,
    viewerOf: externalViewer,
    leewaySeconds: config.JWT_LEEWAY_S,
  }
  return bearerAuthentication(tokenVerifier(from, clock), () => false, { keys: keys.check })
}
