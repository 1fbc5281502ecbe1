import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { DEFAULT_ALGORITHMS } from '../auth/algorithms.ts'
import { bearerAuthentication, type Authentication } from '../auth/authenticate.ts'
import { remoteKeys } from '../auth/keys.ts'
import { watchRevocations } from '../auth/revocations.ts'
import { tokenVerifier } from '../auth/verify-token.ts'
import { externalViewer, ownViewer } from '../auth/viewers.ts'
import type { Transport } from '../subgraph-client/transport.ts'
import type { GatewayConfig } from './config.ts'

type Surroundings = { config: GatewayConfig; clock: Clock; log: Log }

/** Our own sign-in: tokens that the users subgraph signed, unless their session has ended. */
export async function ownAuthentication(
  users: string,
  transport: Transport,
  { config, clock, log }: Surroundings,
  opened: AsyncDisposableStack,
): Promise<Authentication> {
  const keys = remoteKeys(new URL('/jwks', users).href)
  const revocations = opened.use(
    await watchRevocations({
      url: new URL('/revocations', users).href,
      transport,
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
