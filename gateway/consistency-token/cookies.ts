/**
 * The values of all cookies with this name. There can be several, with different paths. Quotes around a value are not part of
 * the value (RFC 6265, 4.1.1). Many libraries percent-encode values, including commas.
 */
export function cookiesNamed(name: string, header: string): string[] {
  // Most requests with cookies have only cookies with other names.
  if (!header.includes(name)) return []
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) return []
    const value = pair.slice(at + 1).trim()
    return [(value.includes('%') ? decode(value) : value).replace(/^"(.*)"$/, '$1')]
  })
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
