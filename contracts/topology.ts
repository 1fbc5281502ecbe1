/** The services with a database and a process of their own, in the order they are started. */
export const services = ['users', 'posts', 'followers'] as const

export type Service = (typeof services)[number]

/** `users` → `USERS`, as in `DATABASE_URL_USERS`. */
export function variableSuffix<S extends Service>(service: S): Uppercase<S> {
  return service.toUpperCase() as Uppercase<S>
}
