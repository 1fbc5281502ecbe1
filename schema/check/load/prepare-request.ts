import { withoutPassword } from '../../../platform/config/read-config.ts'
import { failure, success, type Outcome } from './outcome.ts'

/**
 * The URL and the headers for `fetch`, which refuses a URL with a user and a password: they become a header. Errors of `fetch`
 * repeat the value of a header, so values are checked here.
 */
export function prepareRequest(
  text: string,
  values: Readonly<Record<string, string>>,
): Outcome<{ url: URL; headers: Headers }> {
  const url = URL.parse(text)
  if (!url) return failure(`${withoutPassword(text)} is not a valid URL.`)
  const headers = new Headers()
  for (const [name, value] of Object.entries(values)) {
    try {
      headers.set(name, value)
    } catch {
      const shown = `${JSON.stringify(name)} for ${withoutPassword(text)}`
      return failure(`The header ${shown} has a name or a value that HTTP does not allow.`)
    }
  }
  if (url.username !== '' && !headers.has('authorization')) {
    const user = `${decoded(url.username)}:${decoded(url.password)}`
    headers.set('authorization', `Basic ${Buffer.from(user).toString('base64')}`)
  }
  url.username = ''
  url.password = ''
  return success({ url, headers })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
