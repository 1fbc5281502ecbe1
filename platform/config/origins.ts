import { z } from 'zod'

/** Schemes of URLs that have a host, but no page origin that could be allowed. */
const NOT_OF_PAGES = new Set(['ws:', 'wss:', 'ftp:', 'file:'])

/**
 * Origins of pages, in the format of the `Origin` header. `*` is kept. Trailing slashes, default ports and capital letters
 * are normalized, because browsers compare origins character by character.
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
  // Greedy, because the password may contain an unescaped `@`.
  const given = JSON.stringify(text.replace(/\/\/.*@/s, '//***@'))
  if (text === 'null') {
    return {
      fault: `${given} is the origin of every local file and sandboxed frame, so it cannot be allowed; serve the page over http://`,
    }
  }
  if (text.includes('*')) {
    return {
      fault: `${given} is a pattern, which is not supported; list each origin, or use only \`*\` to allow any`,
    }
  }
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0]
  if (!scheme) return { fault: `${given} has no scheme; expected an origin such as ${suggestion(text)}` }
  if (!URL.canParse(text))
    return { fault: `${given} is not an origin; expected one such as https://app.example` }
  const url = new URL(text)
  if (url.host === '' || NOT_OF_PAGES.has(url.protocol)) {
    return { fault: `${given} is not the origin of a page; expected one such as https://app.example` }
  }
  // `url.origin` is `null` for schemes that the URL standard does not know, such as capacitor://localhost.
  const origin = `${url.protocol}//${url.host.toLowerCase()}`
  const rest = text.slice(scheme.length).replace(/^[^/?#]*/, '')
  if (url.username || url.password || (rest !== '' && rest !== '/')) {
    return {
      fault: `${given} has more than scheme, host and port; expected ${origin}`,
    }
  }
  return { origin }
}

function suggestion(text: string): string {
  const isLocal = /^(?:localhost|127\.|\[::1\])/.test(text)
  const guess = `${isLocal ? 'http' : 'https'}://${text}`
  return URL.canParse(guess) ? new URL(guess).origin : 'https://app.example'
}
