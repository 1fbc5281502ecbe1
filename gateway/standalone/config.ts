import { z } from 'zod'
import { Origins } from '../../platform/config/origins.ts'
import { LEEWAY_S, MAX_LEEWAY_S } from '../../platform/config/variables.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { ASYMMETRIC_ALGORITHMS, DEFAULT_ALGORITHMS } from '../auth/verify-token.ts'
import { NEVER_PASSED_ON } from '../subgraph-client/headers.ts'
import { ENGINES } from '../switches.ts'
import { HTTP_CLIENTS } from '../subgraph-client/create-transport.ts'

const HttpUrl = z.url({ protocol: /^https?$/, error: 'expected a URL starting with http:// or https://' })
const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of an HTTP header')
  .refine((name) => !NEVER_PASSED_ON.has(name.toLowerCase()), {
    error: ({ input }) => `${String(input)} is never passed on or set: remove it`,
  })
const HeaderValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'expected printable ASCII')
const Limit = z.int().min(1)

const HeaderRules = z.strictObject({
  propagate: z.array(HeaderName).default([]),
  insert: z.record(HeaderName, HeaderValue).default({}),
})

const Config = z.strictObject({
  /** URLs of subgraphs, in place of those in the supergraph. */
  routing: z.record(z.string(), HttpUrl).default({}),
  /** Headers for all subgraphs, and additional ones for single subgraphs. */
  headers: HeaderRules.extend({ subgraphs: z.record(z.string(), HeaderRules).default({}) }).default({
    propagate: [],
    insert: {},
    subgraphs: {},
  }),
  /** Issuers whose tokens are accepted. Without issuers, `Authorization` is ignored. */
  jwt: z
    .array(
      z.strictObject({
        issuer: z.string().min(1),
        jwksUrl: HttpUrl,
        audience: z.string().min(1).nullable().default(null),
        algorithms: z
          .array(z.enum(ASYMMETRIC_ALGORITHMS))
          .min(1)
          .default([...DEFAULT_ALGORITHMS]),
        /** Tolerance for `exp` and `nbf` if clocks differ. */
        leewaySeconds: z.int().min(0).max(MAX_LEEWAY_S).default(LEEWAY_S),
      }),
    )
    .default([]),
  /**
   * Subgraphs that support HTTP/1.1 pipelining: several queries on one connection before the responses. It is faster. A
   * server that responds out of order would mix up responses, so each subgraph must be named.
   */
  pipelining: z.array(z.string()).default([]),
  /** Subgraphs whose fetches of entities can be sent as one request, for clients with the same headers. */
  batching: z.array(z.string()).default([]),
  /** Subgraphs that are asked for compressed responses: all, or the named ones. */
  compression: z
    .union([z.literal(true), z.array(z.string())], 'expected true or a list of names')
    .default(true),
  /** Subgraphs whose errors clients see unmasked, including errors without a code. `true` stands for all subgraphs. */
  errors: z
    .strictObject({ include: z.union([z.boolean(), z.array(z.string())]).default(false) })
    .default({ include: false }),
  /** Timeout for one response of a subgraph, per attempt. */
  timeoutMs: z.int().min(1).max(600_000).default(5_000),
  limits: z
    .strictObject({
      tokens: Limit,
      depth: Limit,
      aliases: Limit,
      fields: Limit,
      mutations: Limit,
      fragments: Limit,
      nodes: Limit,
    })
    .partial()
    .default({}),
  /**
   * Labels of `@override(label:)`: on, off, or a percentage of the requests. Labels that the supergraph does not have are
   * ignored: a label is removed when its field has moved.
   */
  overrideLabels: z.record(z.string(), z.union([z.boolean(), z.number().min(0).max(100)])).default({}),
  /** Allow introspection, and serve the explorers. */
  introspection: z.boolean().default(true),
  corsOrigins: Origins.default([]),
  /** Automatic persisted queries, in memory and in the Redis of REDIS_URL if it is set. `false` turns them off. */
  persistedQueries: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          maxSize: z.int().min(1).default(8_388_608),
          ttlSeconds: z.int().min(1).max(31_536_000).default(86_400),
        }),
      ],
      { error: 'expected false, or { "maxSize": …, "ttlSeconds": … }' },
    )
    .default({ maxSize: 8_388_608, ttlSeconds: 86_400 }),
  /** Switches. The default is the environment's value. */
  engine: z.enum(ENGINES).optional(),
  fastPath: z.boolean().optional(),
  socketServer: z.boolean().optional(),
  subgraphHttpClient: z.enum(HTTP_CLIENTS).optional(),
  requestSharing: z.boolean().optional(),
  usageRecording: z.boolean().optional(),
})

/** The configuration of a gateway for any supergraph. */
export type StandaloneConfig = z.output<typeof Config>

/**
 * Reads the JSON of a config file.
 *
 * @param source its name, for messages
 * @param subgraphs the names of the supergraph's subgraphs
 * @throws UserFacingError that lists every fault at once
 */
export function parseStandaloneConfig(
  json: string,
  source: string,
  subgraphs: readonly string[],
): StandaloneConfig {
  const parsed = Config.safeParse(parseJson(json, source))
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${source}: ${issue.path.join('.') || '(top)'}: ${describe(issue)}`,
    )
    throw new UserFacingError(faults.join('\n'))
  }
  requireKnownSubgraphs(parsed.data, source, subgraphs)
  return parsed.data
}

/**
 * Checks that the supergraph has every subgraph that the config names: at start, and when the supergraph is replaced.
 *
 * @throws UserFacingError that lists every fault at once
 */
export function requireKnownSubgraphs(
  config: StandaloneConfig,
  source: string,
  subgraphs: readonly string[],
): void {
  const { routing, headers, pipelining, batching, compression, errors } = config
  const named = [
    ...Object.keys(routing).map((name) => ['routing', name] as const),
    ...Object.keys(headers.subgraphs).map((name) => ['headers.subgraphs', name] as const),
    ...pipelining.map((name) => ['pipelining', name] as const),
    ...batching.map((name) => ['batching', name] as const),
    ...(Array.isArray(errors.include) ? errors.include : []).map((name) => ['errors.include', name] as const),
    ...(compression === true ? [] : compression).map((name) => ['compression', name] as const),
  ]
  const unknown = named.filter(([, name]) => !subgraphs.includes(name))
  if (unknown.length > 0) {
    const faults = unknown.map(
      ([place, name]) => `${source}: ${place}: there is no subgraph ${JSON.stringify(name)}.`,
    )
    throw new UserFacingError(`${faults.join('\n')}\nThe supergraph has: ${subgraphs.join(', ')}.`)
  }
}

/** zod's own message for an invalid key does not say why. */
function describe(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join('; ') : issue.message
}

function parseJson(json: string, source: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new UserFacingError(
      `${source} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
