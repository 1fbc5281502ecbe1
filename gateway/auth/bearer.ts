/** Texts that programs send as a token if their token variable is empty. */
const ABSENT = new Set(['undefined', 'null', 'nan', 'false', '[object', 'none'])

const FORM = '`Authorization: Bearer <access token>`'
const OR_ANONYMOUS = `Send ${FORM}, or leave the header out (or empty) when nobody is signed in.`

/** The token of a non-empty `Authorization` header, or the fault of the header. The fault never contains a credential. */
export function readBearer(authorization: string): string | { fault: string } {
  const token = /^Bearer +([^\s"'<>,]+) *$/i.exec(authorization)?.[1]
  if (token === undefined || ABSENT.has(token.toLowerCase())) return { fault: faultOf(authorization.trim()) }
  return token
}

function faultOf(authorization: string): string {
  const [scheme = '', first] = authorization.split(/\s+/, 2)
  if (!/^bearer$/i.test(scheme)) {
    // A bare token is a credential, so only text that looks like a scheme is shown.
    return first !== undefined && /^[A-Za-z][A-Za-z0-9-]{0,19}$/.test(scheme)
      ? `The Authorization header has the scheme ${scheme}, and only Bearer is accepted. ${OR_ANONYMOUS}`
      : `The Authorization header does not begin with the scheme Bearer. ${OR_ANONYMOUS}`
  }
  if (first === undefined)
    return `The Authorization header has the scheme Bearer and no token. ${OR_ANONYMOUS}`
  if (ABSENT.has(first.toLowerCase())) {
    return `The Authorization header contains "${first}" instead of an access token: the client's token was empty. ${OR_ANONYMOUS}`
  }
  if (/["'<>]/.test(authorization)) {
    return `The access token is enclosed in quotes or brackets. Send it without them: ${FORM}.`
  }
  return `The Authorization header has more than one word after Bearer. Send one access token, without spaces or commas: ${FORM}.`
}
