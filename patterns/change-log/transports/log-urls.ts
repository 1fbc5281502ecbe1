/** Where a service answers for the log of one of its databases. */
export type LogUrls = {
  feed: string
  /** Where consumers report how far they are. */
  consumers: string
  /** @param name of what is exported: `profiles` */
  exported(name: string): string
}

/**
 * The addresses always name the database, also that of a service with a single one: if the service no longer has it, it
 * refuses, and the log of another database is not taken for this one.
 *
 * @param serviceUrl of the service, with its path `/graphql`: the log is beside that
 * @param database `users`, or `users/0`
 */
export function logUrls(serviceUrl: string, database: string): LogUrls {
  const urlOf = (path: string, name?: string) => {
    const url = new URL(path, serviceUrl)
    url.searchParams.set('database', database)
    if (name !== undefined) url.searchParams.set('name', name)
    return url.href
  }
  return {
    feed: urlOf('log'),
    consumers: urlOf('log/consumers'),
    exported: (name) => urlOf('log/export', name),
  }
}
