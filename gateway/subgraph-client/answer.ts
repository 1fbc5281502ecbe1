import { z } from 'zod'
import { SubgraphFault } from './fault.ts'
import type { HttpAnswer } from './transport.ts'

/** An error as a subgraph sent it: nothing of it is to be trusted beyond this shape. */
export type SubgraphError = {
  message: string
  path?: readonly (string | number)[] | undefined
  extensions?: Readonly<Record<string, unknown>> | undefined
}
export type GraphQLAnswer = { data: Record<string, unknown> | null; errors: readonly SubgraphError[] }

const GRAPHQL_JSON = 'application/graphql-response+json'
const JSON_TYPES = [GRAPHQL_JSON, 'application/json']

const Answer = z
  .object({
    data: z.record(z.string(), z.unknown()).nullish(),
    errors: z
      .array(
        z.object({
          message: z.string(),
          path: z
            .array(z.union([z.string(), z.number()]))
            .nullish()
            .transform((path) => path ?? undefined),
          extensions: z
            .record(z.string(), z.unknown())
            .nullish()
            .transform((extensions) => extensions ?? undefined),
        }),
      )
      .nullish(),
  })
  .refine(({ data, errors }) => data != null || (errors?.length ?? 0) > 0)

/**
 * Reads a subgraph's answer as GraphQL. With `application/graphql-response+json` a status of 4xx or 5xx is part of
 * the protocol (https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes); otherwise only 200 is.
 *
 * @throws SubgraphFault: status, content-type or body
 */
export function readAnswer({ status, contentType, text }: HttpAnswer): GraphQLAnswer {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (status !== 200 && type !== GRAPHQL_JSON) {
    throw new SubgraphFault('status', `answered with HTTP status ${status}`, { status })
  }
  if (!JSON_TYPES.includes(type)) {
    throw new SubgraphFault('content-type', `answered with ${nameType(type)} instead of JSON`)
  }
  const parsed = Answer.safeParse(parseJson(text))
  if (parsed.success) return { data: parsed.data.data ?? null, errors: parsed.data.errors ?? [] }
  if (status !== 200) throw new SubgraphFault('status', `answered with HTTP status ${status}`, { status })
  throw new SubgraphFault('body', 'answered with JSON that is not a GraphQL response')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SubgraphFault('body', 'answered with JSON that is broken or cut off', { cause: error })
  }
}

/** Only well-formed media types are repeated to the client. */
function nameType(type: string): string {
  return /^[a-z0-9.+-]{1,40}\/[a-z0-9.+-]{1,60}$/.test(type) ? type : 'no known content type'
}
