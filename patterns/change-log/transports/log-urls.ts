/** URLs of a service for the log of one of its databases. */
export type LogUrls = {
  feed: string
  /** The end of the log. */
  end: string
  /** Consumers report their positions to this URL. */
  consumers: string
  /** @param name name of the export: `profiles` */
  exported(name: string): string
}

/**
 * The URLs always name the database, even if the service has only one. If the service no longer has that database, it
 * refuses the request, so the log of another database is not taken for this one.
 *
 * @param serviceUrl URL of the service, with its path `/graphql`. The log is beside that
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
    end: urlOf('log/end'),
    consumers: urlOf('log/consumers'),
    exported: (name) => urlOf('log/export', name),
  }
}
