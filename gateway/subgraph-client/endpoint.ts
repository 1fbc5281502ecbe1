import type { HttpCall } from './transport.ts'

/** Where to connect for a URL, and what to request there. */
export type Endpoint = {
  /** For example `http://127.0.0.1:4001`. URLs with the same origin share connections. */
  origin: string
  secure: boolean
  /** Without the brackets of an IPv6 address. */
  host: string
  port: number
  /** Path and query. */
  path: string
  /** The value of the `host` header. */
  authority: string
  /** The value of the `authorization` header, if the URL contains a user and password. */
  authorization: string | null
}

/** The number of URLs that are remembered. If there are more, all are dropped. */
const REMEMBERED = 1_000

/** Reads URLs and remembers them. */
export function endpoints(): (url: string) => Endpoint {
  const known = new Map<string, Endpoint>()
  return (url) => {
    const found = known.get(url)
    if (found) return found
    if (known.size >= REMEMBERED) known.clear()
    const endpoint = readEndpoint(url)
    known.set(url, endpoint)
    return endpoint
  }
}

/** @throws TypeError if it is not an http or https URL */
export function readEndpoint(url: string): Endpoint {
  const { protocol, hostname, host, port, pathname, search, origin, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TypeError(
      `${JSON.stringify(url)} is not the URL of a subgraph. Use one with http:// or https://`,
    )
  }
  const secure = protocol === 'https:'
  const credentials = `${decoded(username, url)}:${decoded(password, url)}`
  return {
    origin,
    secure,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: pathname + search,
    authority: host,
    authorization: credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

function decoded(part: string, url: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new TypeError(`${JSON.stringify(url)} has a user or password that is not percent-encoded UTF-8`)
  }
}

/** The credentials of the URL, unless the headers have an `authorization`. */
export function credentialsOf({ authorization }: Endpoint, headers: HttpCall['headers']): string | null {
  return authorization !== null && !('authorization' in headers) ? authorization : null
}
