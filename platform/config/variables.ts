import { z } from 'zod'
import {
  databases,
  databaseVariable,
  serviceOf,
  services,
  subgraphVariable,
  topology,
  type DatabaseVariable,
  type SubgraphVariable,
} from '../../contracts/topology.ts'
import { parseRedisUrl } from '../redis/address.ts'
import { Origins } from './origins.ts'

/** A whole number as text, from `min` to `max`. */
const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'expected a whole number').transform(Number).pipe(z.int().min(min).max(max))
const onOff = z.enum(['on', 'off']).default('on')
const url = (...protocols: string[]) =>
  z
    .string()
    .refine((text) => protocols.some((p) => URL.canParse(text) && new URL(text).protocol === `${p}:`), {
      message: `expected a URL starting with ${protocols.map((p) => `${p}://`).join(' or ')}`,
    })
const httpUrl = url('http', 'https')
const postgresUrl = url('postgres', 'postgresql')

type DatabaseUrl = typeof postgresUrl
const databaseUrls = Object.fromEntries(
  databases.map((name) => [
    databaseVariable(name),
    postgresUrl.describe(describeDatabase(name, serviceOf(name))),
  ]),
) as Record<DatabaseVariable, DatabaseUrl>

function describeDatabase(name: string, service: string): string {
  return `Database ${name === service ? '' : `${name} `}of the ${service} subgraph.`
}

const subgraphUrlOf = (service: string, port: number) =>
  httpUrl.default(`http://127.0.0.1:${port}/graphql`).describe(`URL of the ${service} subgraph.`)
const subgraphUrls = Object.fromEntries(
  services.map((service) => [subgraphVariable(service), subgraphUrlOf(service, topology[service].port)]),
) as Record<SubgraphVariable, ReturnType<typeof subgraphUrlOf>>

/** Default and maximum leeway for `exp` and `nbf` of an identity provider's tokens, in seconds. */
export const LEEWAY_S = 5
export const MAX_LEEWAY_S = 60

/**
 * All environment variables that Tessera reads. `.env.example` is generated from this table. Each process reads the ones
 * it needs with `readConfig`.
 */
export const VARIABLES = {
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('In production, introspection, the landing page and GraphiQL are off.'),
  HOST: z.string().default('127.0.0.1').describe('Address the servers listen on.'),
  PORT: whole(0, 65535).default(4000).describe('Port of this server: the gateway, or one subgraph.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
  DATA_DIR: z
    .string()
    .default('.data')
    .describe('Folder in which `npm start` stores its databases and secrets.'),
  SEED_USERS: whole(0, 4_000_000)
    .refine((users) => users === 0 || users >= 5, 'expected 0, or at least 5')
    .default(1_000)
    .describe(
      'Number of users that the first `npm start` creates in empty databases: at least 5, or 0 for none.',
    ),
  SEED_POSTS_PER_USER: whole(0, 1_000).default(20).describe('Average number of posts per user.'),
  INTERNAL_SECRET: z
    .string()
    .min(32)
    .describe(
      'Secret that the gateway and the subgraphs share. It signs the internal viewer header. At least 32 characters.',
    ),
  ...databaseUrls,
  DATABASE_POOL_SIZE: whole(1, 500)
    .default(10)
    .describe(
      'Maximum number of connections that one process opens to each of its databases for requests. The change log uses up to 4 more, and each copy of data of another service uses 3.',
    ),
  REDIS_URL: z
    .string()
    .superRefine((text, { addIssue }) => {
      const address = parseRedisUrl(text)
      if (typeof address === 'string') addIssue({ code: 'custom', message: address })
    })
    .optional()
    .describe('URL of Redis, for this installation only. Optional. `redis://host/3` is its database 3.'),
  LOG_TRANSPORT: z
    .enum(['redis', 'feed'])
    .optional()
    .describe(
      'The transport of the change logs between processes: `redis` streams, or only the `feed` of each service over HTTP. Unset: redis if REDIS_URL is given.',
    ),
  ...subgraphUrls,
  SUBGRAPH_TIMEOUT_MS: whole(1, 600_000)
    .default(5_000)
    .describe('Timeout of one request to a subgraph, in milliseconds, per attempt.'),
  ACCESS_TOKEN_TTL_S: whole(10, 86_400)
    .default(900)
    .describe(
      'Lifetime of an access token, in seconds. `npm start` sets it to 28800 (8 hours), unless NODE_ENV is production.',
    ),
  REFRESH_TOKEN_TTL_S: whole(60, 31_536_000)
    .default(2_592_000)
    .describe('Lifetime of a refresh token, in seconds. Each use replaces the token.'),
  FOLLOW_REQUEST_TTL_S: whole(1, 31_536_000)
    .default(2_592_000)
    .describe(
      'How long a request to follow waits for the decision of the user, in seconds. Then it expires.',
    ),
  SIGNING_KEY_ROTATION_S: whole(60, 31_536_000)
    .default(2_592_000)
    .describe('Age at which a signing key is replaced, in seconds.'),
  JWT_ISSUER: z
    .string()
    .default('tessera')
    .describe('The `iss` that access tokens must carry. With JWKS_URL: the one of your identity provider.'),
  JWT_AUDIENCE: z.string().default('tessera').describe('The `aud` that access tokens must carry.'),
  JWKS_URL: httpUrl
    .optional()
    .describe(
      'URL of the keys of an external identity provider. Unset: users sign in with the users subgraph.',
    ),
  JWT_LEEWAY_S: whole(0, MAX_LEEWAY_S)
    .default(LEEWAY_S)
    .describe(
      'With JWKS_URL: how far the clock of the identity provider may be from ours, in seconds, at most 60. It applies to `exp` and `nbf`.',
    ),
  CACHE: z
    .enum(['on', 'memory', 'off'])
    .default('on')
    .describe(
      'Cache responses and entities in the gateway, until an event touches what they rest on: `on` in its memory and, with REDIS_URL, in Redis; `memory` without Redis. See docs/caching.md.',
    ),
  GATEWAY_ENGINE: z
    .enum(['tessera', 'apollo'])
    .default('tessera')
    .describe(
      'The engine that executes operations in the gateway: our own, or @apollo/gateway, which is slower. docs/gateway.md lists the other differences.',
    ),
  FAST_PATH: onOff.describe(
    'Serve plain requests without Apollo Server. The responses are the same, but `off` is slower. Only the gateway reads it.',
  ),
  SOCKET_SERVER: onOff.describe(
    'Serve plain POSTs on the bare socket, without node:http and fastify, in the gateway and the subgraphs. The responses are the same, but `off` is slower.',
  ),
  SUBGRAPH_HTTP_CLIENT: z
    .enum(['own', 'undici'])
    .default('own')
    .describe(
      'HTTP client of the gateway for subgraphs at http:// URLs. `undici` is slower and does not pipeline.',
    ),
  REQUEST_SHARING: onOff.describe(
    'Execute equal queries that arrive at the same time once, and send all of them the response. Only the gateway reads it.',
  ),
  USAGE_RECORDING: onOff.describe(
    'Count in Redis which clients use which operations, for `npm run schema:check`. Without REDIS_URL, nothing is recorded. Only the gateway reads it. See docs/gateway.md.',
  ),
  METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address of the gateway on which `/metrics` is served. It needs no authentication: keep it private.',
    ),
  METRICS_PORT: whole(0, 65535)
    .optional()
    .describe(
      'Port of the gateway on which `/metrics` is served for Prometheus, such as 9464. Unset: it is not served. The subgraphs serve theirs on PORT.',
    ),
  ACCESS_LOG: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Log a line for each request to the gateway, at the level `info`.'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .pipe(Origins)
    .describe(
      'Origins of pages that may use the API besides Apollo Sandbox, such as `https://app.example`, separated by commas; `*` allows any, without cookies. Unless NODE_ENV is production, pages of this machine (localhost, 127.0.0.1, [::1], with any port) are allowed too.',
    ),
} as const

export type VariableName = keyof typeof VARIABLES
