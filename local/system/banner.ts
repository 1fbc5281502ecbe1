import { DEFAULT_QUERY } from '../../gateway/http/default-query.ts'

export type BannerFacts = {
  gatewayUrl: string
  /** Null: there is no demo user, or their password was changed. */
  demo: { handle: string; password: string; token: string } | null
  /** Life of that token, in seconds. */
  tokenTtlS: number
  production: boolean
  /** Since the command was typed, in milliseconds. */
  tookMs: number
}

/** The block that is printed once everything runs. */
export function banner({ gatewayUrl, demo, tokenTtlS, production, tookMs }: BannerFacts): string {
  const page = (path: string) => new URL(path, gatewayUrl).href
  const rule = '─'.repeat(72)
  const pages = production ? [] : [`  Sandbox     ${page('/')}`, `  GraphiQL    ${page('/graphiql')}`]
  return [
    '',
    rule,
    `  Tessera is ready, after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops it.`,
    '',
    `  GraphQL     ${gatewayUrl}`,
    ...pages,
    ...(demo ? demoLines(gatewayUrl, demo, duration(tokenTtlS)) : []),
    rule,
    '',
  ].join('\n')
}

function demoLines(
  gatewayUrl: string,
  { handle, password, token }: NonNullable<BannerFacts['demo']>,
  life: string,
): string[] {
  return [
    `  Demo user   ${handle}, password: ${password} (bob, carol, dan and celeste have the same)`,
    '',
    `  Her access token, good for ${life}, to send as a header:`,
    '',
    `authorization: Bearer ${token}`,
    '',
    '  A first query:',
    '',
    curlCommand(gatewayUrl, handle),
  ]
}

/** In the largest unit that leaves nothing over: 28800 → `8 h`. */
function duration(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** A command that can be pasted into a shell: one line, nothing in it that a shell would take apart. */
export function curlCommand(gatewayUrl: string, handle: string): string {
  const body = JSON.stringify({ query: DEFAULT_QUERY.replaceAll(/\s+/g, ' '), variables: { handle } })
  return `curl -s ${gatewayUrl} -H 'content-type: application/json' -d '${body}'`
}
