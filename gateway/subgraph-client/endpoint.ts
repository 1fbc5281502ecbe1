import type { HttpCall } from './transport.ts'

/** What an address says of where to connect and what to ask for there. */
export type Endpoint = {
  /** `http://127.0.0.1:4001`: who shares it, shares connections. */
  origin: string
  secure: boolean
  /** Without the brackets of an IPv6 address. */
  host: string
  port: number
  /** Path and query. */
  path: string
  /** The value of the field `host`. */
  authority: string
  /** The value of the field `authorization` for a user and password within the address; null without. */
  authorization: string | null
}

/** Addresses that are remembered; past it they are all forgotten, so that addresses that differ each time cost nothing. */
const REMEMBERED = 1_000

/** Reads addresses, each once. */
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

/** @throws TypeError when it is no http or https URL */
export function readEndpoint(url: string): Endpoint {
  const { protocol, hostname, host, port, pathname, search, origin, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TypeError(
      `${JSON.stringify(url)} is no address of a subgraph: give one with http:// or https://`,
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
    throw new TypeError(`${JSON.stringify(url)} has a user or password that is no percent-encoded UTF-8`)
  }
}

/** What is sent besides the given headers: the credentials of the address, unless the headers have others. */
export function credentialsOf({ authorization }: Endpoint, headers: HttpCall['headers']): string | null {
  return authorization !== null && !('authorization' in headers) ? authorization : null
}
