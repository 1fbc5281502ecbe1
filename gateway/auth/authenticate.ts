import type { ErrorCode } from '../../contracts/errors.ts'
import type { Dependencies } from '../../platform/http/health.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { readBearer } from './bearer.ts'
import type { VerifyToken } from './verify-token.ts'

export type Authenticated =
  | { ok: true; viewer: Viewer | null }
  | { ok: false; status: 401 | 503; code: ErrorCode; message: string; cause?: unknown }

/** Authenticates requests by their `Authorization` header. */
export type Authentication = {
  authenticate(authorization: string | undefined): Promise<Authenticated>
  /** Dependencies, for `/readyz`. */
  readonly dependencies: Dependencies
  /** Dependencies that may be down for a while, because their last known state is used. For `/readyz`. */
  readonly reported: Dependencies
}

/** For a gateway without issuers: every client is anonymous. */
export const NO_AUTHENTICATION: Authentication = {
  authenticate: async () => ({ ok: true, viewer: null }),
  dependencies: {},
  reported: {},
}

/**
 * @param verify verifies a token
 * @param isRevoked whether a session has ended
 */
export function bearerAuthentication(
  verify: VerifyToken,
  isRevoked: (session: string) => boolean,
  dependencies: Dependencies,
  reported: Dependencies = {},
): Authentication {
  return {
    dependencies,
    reported,
    async authenticate(authorization) {
      // Some clients send an empty header if nobody is signed in.
      if (!authorization) return { ok: true, viewer: null }
      const token = readBearer(authorization)
      if (typeof token !== 'string') return refuse(token.fault)
      const outcome = await verify(token)
      if (outcome.kind === 'unavailable') return unavailable(outcome.cause)
      if (outcome.kind === 'refused') return refuse(outcome.message)
      const { viewer } = outcome
      if (viewer.session !== null && isRevoked(viewer.session)) {
        return refuse('The access token was revoked: its session has ended. Sign in again.')
      }
      return { ok: true, viewer }
    },
  }
}

function refuse(message: string): Authenticated {
  return { ok: false, status: 401, code: 'UNAUTHENTICATED', message }
}

function unavailable(cause: unknown): Authenticated {
  const message =
    'The access token cannot be checked: the keys of its issuer cannot be fetched. Try again later.'
  return { ok: false, status: 503, code: 'SUBGRAPH_UNAVAILABLE', message, cause }
}
