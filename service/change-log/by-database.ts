/** Names parts of a service in `/readyz`: `log`, or `log users/0` if the service has several databases. */
export function byDatabase(databases: readonly string[]): (part: string, database: string) => string {
  return databases.length > 1 ? (part, database) => `${part} ${database}` : (part) => part
}
