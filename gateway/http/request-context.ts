import type { FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import { z } from 'zod'
import type { Log } from '../../platform/log.ts'
import type { Authentication } from '../auth/authenticate.ts'
import type { GatewayContext } from '../context.ts'
import type { CheckOperation } from '../limits/check-operation.ts'
import type { ClientHeaders } from '../subgraph-client/headers.ts'

export type ContextOptions = { authentication: Authentication; checkOperation: CheckOperation; log: Log }

/** An operation as far as the limits need to know it. Apollo Server reports what is malformed. */
const Params = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
})

/**
 * Makes the context of a GraphQL request, or refuses the request: whoever sends a bad token gets 401, and an
 * operation beyond a limit 400, before it is parsed, validated and planned by others.
 */
export function contextOf({ authentication, checkOperation, log }: ContextOptions) {
  return async (request: FastifyRequest): Promise<GatewayContext> => {
    const outcome = await authentication.authenticate(request.headers.authorization)
    if (!outcome.ok) {
      if (outcome.cause !== undefined)
        log.warn({ err: outcome.cause, requestId: request.id }, outcome.message)
      const headers = new Map(
        outcome.status === 401 ? [['www-authenticate', 'Bearer error="invalid_token"']] : [],
      )
      const http = { status: outcome.status, headers }
      throw new GraphQLError(outcome.message, { extensions: { code: outcome.code, http } })
    }
    const exceeded = checkRequest(request, checkOperation)
    if (exceeded) {
      throw new GraphQLError(exceeded.message, {
        extensions: { ...exceeded.extensions, http: { status: 400 } },
      })
    }
    return { viewer: outcome.viewer, headers: clientHeaders(request), requestId: request.id }
  }
}

function checkRequest(request: FastifyRequest, check: CheckOperation): GraphQLError | null {
  const params = Params.safeParse(request.method === 'GET' ? request.query : request.body)
  if (!params.success) return null
  const { query, operationName, variables } = params.data
  const given = typeof variables === 'string' ? parseVariables(variables) : variables
  return check({ query, operationName: operationName ?? undefined, variables: given ?? undefined })
}

/** A GET request carries its variables as JSON. */
function parseVariables(json: string): Record<string, unknown> | null {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json))
  } catch {
    return null
  }
}

function clientHeaders(request: FastifyRequest): ClientHeaders {
  const entries = Object.entries(request.headers).map(
    ([name, value]) => [name, [value].flat().join(', ')] as const,
  )
  return Object.fromEntries(entries)
}
