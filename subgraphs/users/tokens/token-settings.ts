/** What access and refresh tokens say, and how long they live. Milliseconds. */
export type TokenSettings = {
  issuer: string
  audience: string
  accessTtlMs: number
  refreshTtlMs: number
  /** An external identity provider signs people in: no passwords, no sessions, no tokens of ours. */
  external: boolean
}
