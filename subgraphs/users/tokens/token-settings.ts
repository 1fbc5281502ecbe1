/** Claims and lifetimes of access and refresh tokens. Lifetimes are in milliseconds. */
export type TokenSettings = {
  issuer: string
  audience: string
  accessTtlMs: number
  refreshTtlMs: number
  /** True if an external identity provider signs users in. Then we have no passwords, sessions or tokens of our own. */
  external: boolean
}
