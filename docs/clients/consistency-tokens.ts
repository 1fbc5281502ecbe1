/**
 * The consistency tokens that one client holds, for any GraphQL client: docs/clients/README.md has links for three.
 * What the tokens are: docs/gateway.md, "Reading your own writes".
 */
export type ConsistencyTokens = {
  /** What to send with the next request. Keep it until the response is here. */
  held(): HeldTokens
  /**
   * Takes the token of a response, if it has one. It contains the tokens that the request was sent with, so it replaces
   * them. Tokens that other mutations brought in the meantime are kept.
   */
  received(sent: HeldTokens, extensions: unknown): void
  /** Drops the tokens that a request was sent with, after `CONSISTENCY_TOKEN_INVALID`. Then repeat the request. */
  refused(sent: HeldTokens): void
}

export type HeldTokens = ReadonlySet<string>

export const CONSISTENCY_HEADER = 'tessera-consistency'

export type ConsistencyTokensOptions = {
  /** What `onChange` was called with last, for example the value of a cookie. */
  initial?: string
  /** Called with the header's new value after each change; empty when no token is left. */
  onChange?: (value: string) => void
}

export function createConsistencyTokens(options: ConsistencyTokensOptions = {}): ConsistencyTokens {
  let held: HeldTokens = new Set(options.initial?.split(',').filter((token) => token !== ''))

  function replace(sent: HeldTokens, received: readonly string[]): void {
    held = new Set([...[...held].filter((token) => !sent.has(token)), ...received])
    options.onChange?.([...held].join(','))
  }

  return {
    held: () => held,
    received(sent, extensions) {
      const token = (extensions as { consistency?: unknown } | null | undefined)?.consistency
      if (typeof token === 'string') replace(sent, [token])
    },
    refused: (sent) => replace(sent, []),
  }
}

/** The request's headers with the tokens; without the header when there are none. */
export function withTokens(
  headers: Record<string, string> | undefined,
  tokens: HeldTokens,
): Record<string, string> {
  const { [CONSISTENCY_HEADER]: _, ...others } = headers ?? {}
  return tokens.size === 0 ? others : { ...others, [CONSISTENCY_HEADER]: [...tokens].join(',') }
}

/** Whether these errors of a response say that its tokens were refused. The request was not executed then. */
export function saysTokenInvalid(
  errors: readonly { extensions?: Record<string, unknown> }[] | undefined,
): boolean {
  return errors?.some(({ extensions }) => extensions?.['code'] === 'CONSISTENCY_TOKEN_INVALID') ?? false
}
