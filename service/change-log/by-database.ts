/** Names parts of a service in `/readyz`: `log`, or `log users/0` if the service has several databases. */
export function byDatabase(databases: readonly string[]): (part: string, database: string) => string {
  return databases.length > 1 ? (part, database) => `${part} ${database}` : (part) => part
}

/** The log of a database. @throws Error if it has none, which is a bug */
export function logOf<Log extends { readonly database: string }>(logs: readonly Log[], name: string): Log {
  const found = logs.find(({ database }) => database === name)
  if (!found) throw new Error(`The database ${name} has no log.`)
  return found
}
