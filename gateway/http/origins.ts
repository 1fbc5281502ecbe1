/** The origins of Apollo Sandbox: its own page, and the frame for other pages. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']

export type OriginOptions = {
  /** Allowed origins in addition to Apollo's, as browsers send them. `*` allows any origin, without credentials. */
  origins: readonly string[]
  /** Allow pages of this machine on any port, for the dev servers of frontends. */
  loopback: boolean
}

/** Which pages may use the API from a browser. */
export type AllowedOrigins = {
  /** The page may read responses. */
  allows(origin: string | undefined): boolean
  /** The page may also send cookies: its origin is listed, not just covered by `*`. */
  trusts(origin: string | undefined): boolean
}

export function allowedOrigins({ origins, loopback }: OriginOptions): AllowedOrigins {
  const listed = new Set([...SANDBOX_ORIGINS, ...origins])
  const any = listed.delete('*')
  const trusts = (origin: string | undefined) =>
    origin !== undefined && (listed.has(origin) || (loopback && isLoopback(origin)))
  return { trusts, allows: (origin) => (any && origin !== undefined) || trusts(origin) }
}

/**
 * The host names of this machine that browsers do not resolve by DNS (https://w3c.github.io/webappsec-secure-contexts/,
 * "potentially trustworthy origin"). The whole origin must match: `http://localhost.evil.example` is another machine.
 */
const LOOPBACK =
  /^https?:\/\/(?:(?:[a-z0-9-]{1,63}\.){0,5}localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/

function isLoopback(origin: string): boolean {
  return LOOPBACK.test(origin)
}
