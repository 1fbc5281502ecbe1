import { CREATE_POST, DEFAULT_QUERY } from '../../gateway/http/default-query.ts'

export type BannerFacts = {
  gatewayUrl: string
  /** Null if there is no demo user, or if the demo user's password was changed. */
  demo: { handle: string; password: string; token: string } | null
  /** Lifetime of the token, in seconds. */
  tokenTtlS: number
  production: boolean
  /** Data folders to remove with `rm -rf` in order to start over. Null if the databases are not embedded. */
  dataFolders: readonly string[] | null
  /** Time since the command was started, in milliseconds. */
  tookMs: number
}

/** The text that is printed once everything runs. */
export function banner(facts: BannerFacts): string {
  const { gatewayUrl, demo, production, dataFolders, tookMs } = facts
  const page = (path: string) => new URL(path, gatewayUrl).href
  const rule = '─'.repeat(72)
  return [
    '',
    rule,
    `  Tessera is ready after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops it.`,
    '',
    ...(production ? [] : [`  GraphiQL    ${page('/graphiql')}   (open this in a browser)`]),
    `  GraphQL     ${gatewayUrl}`,
    ...(production ? [] : [`  Sandbox     ${page('/')}   (Apollo's; needs the Internet)`]),
    ...(demo
      ? [`  Demo user   ${demo.handle}, password ${demo.password}; also bob, carol, dan and celeste`]
      : []),
    `  Data        ${dataLine(dataFolders)}`,
    ...(demo ? demoLines(gatewayUrl, demo, duration(facts.tokenTtlS)) : []),
    rule,
    '',
  ].join('\n')
}

function dataLine(folders: readonly string[] | null): string {
  if (folders === null) return 'in the databases of DATABASE_URL_*'
  const quoted = folders.map((folder) => (/^[\w./-]+$/.test(folder) ? folder : quoteForShell(folder)))
  return `${folders.at(-1)}; to start over: Ctrl-C, then rm -rf ${quoted.join(' ')}`
}

function demoLines(
  gatewayUrl: string,
  { handle, token }: NonNullable<BannerFacts['demo']>,
  lifetime: string,
): string[] {
  const bearer = `Bearer ${token}`
  return [
    '',
    '  A first query:',
    '',
    curlCommand(gatewayUrl, DEFAULT_QUERY, { handle }),
    '',
    `  A post by ${handle}:`,
    '',
    curlCommand(gatewayUrl, CREATE_POST, { input: { text: 'Hello from curl' } }, bearer),
    '',
    `  The access token of ${handle}, valid for ${lifetime}, as JSON for the tab "Headers" of GraphiQL, and as an HTTP header:`,
    '',
    JSON.stringify({ authorization: bearer }),
    `authorization: ${bearer}`,
  ]
}

/** Formats a duration in the largest unit that leaves no remainder: 28800 → `8 h`. */
function duration(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** A command on one line, to paste into a shell. */
export function curlCommand(url: string, query: string, variables: object, authorization?: string): string {
  const body = JSON.stringify({ query: query.replaceAll(/\s+/g, ' '), variables })
  const header = authorization ? ` -H ${quoteForShell(`authorization: ${authorization}`)}` : ''
  return `curl -s ${url} -H 'content-type: application/json'${header} -d ${quoteForShell(body)}`
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
