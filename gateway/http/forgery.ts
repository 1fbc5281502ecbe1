import type { IncomingHttpHeaders } from 'node:http'
import { originRefusal } from './cors.ts'
import type { AllowedOrigins } from './origins.ts'

/** Headers that a page of another origin can send only after a preflight, and that browsers do not add themselves. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name', 'graphql-require-preflight']
const JSON_TYPE = /^application\/json\s*(?:;|$)/i
const BEARER = /^bearer +\S/i
const JSON_ACCEPTED = /(?:^|,)\s*application\/(?:graphql-response\+)?json\s*(?:[;,]|$)/i

/** The beginning of every browser's `User-Agent`. */
const BROWSER = /^(?:Mozilla|Opera)\//i

/**
 * The reason why a GET is refused. It is refused if a page of another site could have made a browser send it (CSRF, and
 * XS-Search by timing). Null if no such page could. See ADR 0015.
 *
 * @param setting the setting that lists origins
 */
export function forgeryRefusal(
  headers: IncomingHttpHeaders,
  origins: AllowedOrigins,
  setting: string,
): string | null {
  if (wasPreflighted(headers)) return null
  const { origin } = headers
  // A listed page could have sent a preflight, which would have been successful.
  if (origins.trusts(origin)) return null
  if (JSON_ACCEPTED.test(headers.accept ?? '') && origin === undefined && isOfNoOtherSite(headers))
    return null
  const remedy =
    'Send the header `apollo-require-preflight: 1` with it, or use POST with `content-type: application/json`. ' +
    'Programs other than browsers, and pages of the same origin, can send `accept: application/json` instead.'
  const of = origin === undefined ? '' : ` ${originRefusal(origin, setting)}`
  return `A page of another site could have made a browser send this GET request, so it was not executed. ${remedy}${of}`
}

function wasPreflighted(headers: IncomingHttpHeaders): boolean {
  return (
    PREFLIGHTED.some((name) => !!headers[name]) ||
    // Browsers add Basic, Digest and Negotiate themselves, but never Bearer.
    BEARER.test(headers.authorization ?? '') ||
    JSON_TYPE.test(headers['content-type'] ?? '')
  )
}

/** Whether the request comes from a page of the same origin, by the browser's own headers, or from another program. */
function isOfNoOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  const mode = headers['sec-fetch-mode']
  if (site !== undefined) return site === 'same-origin' && (mode === 'cors' || mode === 'same-origin')
  // Browsers omit Sec-Fetch-Site on plain HTTP to other machines, and old browsers always omit it. Node's fetch sends only
  // `sec-fetch-mode: cors`.
  return (
    (mode === undefined || mode === 'cors') &&
    headers['sec-fetch-dest'] === undefined &&
    headers.cookie === undefined &&
    headers.referer === undefined &&
    !BROWSER.test(headers['user-agent'] ?? '')
  )
}
