import { z } from 'zod'

/** Schemes of URLs that have a host and whose pages have no origin that could be allowed. */
const NOT_OF_PAGES = new Set(['ws:', 'wss:', 'ftp:', 'file:'])

/**
 * Origins of pages, as the `Origin` header writes them; `*` stays as it is. A trailing slash, a default port and capital
 * letters are put right, because browsers compare origins letter by letter.
 */
export const Origins = z.array(z.string()).transform((entries, context) =>
  entries.map((entry, index) => {
    const read = readOrigin(entry)
    if ('fault' in read) context.addIssue({ code: 'custom', message: read.fault, path: [index] })
    return 'fault' in read ? entry : read.origin
  }),
)

function readOrigin(text: string): { origin: string } | { fault: string } {
  if (text === '*') return { origin: text }
  // Greedy: a password may contain what ends it in a URL.
  const given = JSON.stringify(text.replace(/\/\/.*@/s, '//***@'))
  if (text === 'null') {
    return {
      fault: `${given} is the origin of every local file and sandboxed frame, so it cannot be allowed; serve the page over http://`,
    }
  }
  if (text.includes('*')) {
    return {
      fault: `${given} is a pattern, and there are none; list each origin, or allow any by \`*\` alone`,
    }
  }
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0]
  if (!scheme) return { fault: `${given} has no scheme; expected an origin such as ${suggestion(text)}` }
  if (!URL.canParse(text)) return { fault: `${given} is no origin; expected one such as https://app.example` }
  const url = new URL(text)
  if (url.host === '' || NOT_OF_PAGES.has(url.protocol)) {
    return { fault: `${given} is not the origin of a page; expected one such as https://app.example` }
  }
  // The URL standard gives `null` as the origin of schemes that it does not know, such as capacitor://localhost.
  const origin = `${url.protocol}//${url.host.toLowerCase()}`
  const rest = text.slice(scheme.length).replace(/^[^/?#]*/, '')
  if (url.username || url.password || (rest !== '' && rest !== '/')) {
    return {
      fault: `${given} is more than an origin, which is scheme, host and port; expected ${origin}`,
    }
  }
  return { origin }
}

function suggestion(text: string): string {
  const isLocal = /^(?:localhost|127\.|\[::1\])/.test(text)
  const guess = `${isLocal ? 'http' : 'https'}://${text}`
  return URL.canParse(guess) ? new URL(guess).origin : 'https://app.example'
}
