/** What `redis://user:password@host:6379/3` says. */
export type RedisAddress = {
  host: string
  port: number
  username: string | undefined
  password: string | undefined
  database: number
  tls: boolean
}

/**
 * Reads the URL of a Redis. What it does not know is refused: an option or a database that was passed over would send
 * the data somewhere else.
 *
 * @returns a string that says what is wrong, without the URL
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
    // Of an IPv6 address, without the brackets.
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
