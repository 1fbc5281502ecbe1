/** Where Apollo Sandbox runs: the page of its own, and the frame that other pages embed. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']

export type OriginOptions = {
  /** Origins allowed besides Apollo's, as browsers write them; `*` allows any, but without credentials. */
  origins: readonly string[]
  /** Allow pages that this machine serves, on whatever port, as dev servers of frontends do. */
  loopback: boolean
}

/** Which pages may use the API from a browser. */
export type AllowedOrigins = {
  /** The page may read responses. */
  allows(origin: string | undefined): boolean
  /** And may send cookies: it is allowed by name, and not merely as any. */
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
 * The names that browsers never ask a resolver of another machine for (https://w3c.github.io/webappsec-secure-contexts/,
 * "potentially trustworthy origin"). The whole text has to fit: `http://localhost.evil.example` is not of this machine.
 */
const LOOPBACK =
  /^https?:\/\/(?:(?:[a-z0-9-]{1,63}\.){0,5}localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/

function isLoopback(origin: string): boolean {
  return LOOPBACK.test(origin)
}
