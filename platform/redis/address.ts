/** The parts of `redis://user:password@host:6379/3`. */
export type RedisAddress = {
  host: string
  port: number
  username: string | undefined
  password: string | undefined
  database: number
  tls: boolean
}

/**
 * Parses the URL of a Redis. Unknown parts are refused, because an ignored option or database would send the data to the
 * wrong place.
 *
 * @returns the address, or a message that describes the fault and does not contain the URL
 */
export function parseRedisUrl(text: string): RedisAddress | string {
  const url = URL.parse(text)
  if (!url || !/^rediss?:$/.test(url.protocol) || !/^rediss?:\/\//i.test(text)) {
    return 'expected a URL starting with redis:// or rediss://, and with its password percent-encoded'
  }
  if (url.hostname === '') return 'expected a host after the //'
  if (url.search !== '' || url.hash !== '') {
    return 'expected nothing after the database: neither ? nor #, which a password must have percent-encoded'
  }
  const [, database] = /^\/?(\d{0,6})$/.exec(url.pathname) ?? []
  if (database === undefined) return 'expected the number of a database, or nothing, after the host'
  const [username, password] = [decode(url.username), decode(url.password)]
  if (username === null || password === null) return 'expected a % of the user or password to be written %25'
  return {
    // Removes the brackets of an IPv6 address.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || 6379,
    username: username || undefined,
    password: password || undefined,
    database: Number(database),
    tls: url.protocol === 'rediss:',
  }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
