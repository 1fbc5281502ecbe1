import { createHmac, timingSafeEqual } from 'node:crypto'
import { isXid } from '../../../contracts/consistency.ts'
import { type Token, type Writes, writesOf } from './token.ts'

/** Result of reading a client's token. */
export type ReadToken = { kind: 'token'; token: Token } | { kind: 'invalid'; message: string }

/** Maximum length of the text of a token. */
const MAX_CHARACTERS = 8_192

/** Signs a token, so that nobody can make readers wait for writes that never happened. An empty token is an empty text. */
export function writeToken(token: Token, secret: string): string {
  if (token.size === 0) return ''
  const entries = [...token].map(([database, { epoch, xids, floor }]) => [
    database,
    epoch,
    xids === 'source' ? null : [...xids],
    ...(floor > 0n ? [String(floor)] : []),
  ])
  const body = Buffer.from(JSON.stringify(entries)).toString('base64url')
  return `${body}.${sign(body, secret)}`
}

/** Reads a token that a client sent back. */
export function readToken(text: string, secret: string): ReadToken {
  if (text === '') return { kind: 'token', token: new Map() }
  if (text.length > MAX_CHARACTERS) return invalid(`it has ${text.length} characters`)
  const [body = '', signature = '', ...rest] = text.split('.')
  if (body === '' || signature === '' || rest.length > 0) return invalid('it is truncated, or not a token')
  if (!equal(signature, sign(body, secret))) return invalid('its signature is wrong')
  const token = parse(Buffer.from(body, 'base64url').toString())
  return token ? { kind: 'token', token } : invalid('it is of another version')
}

function invalid(reason: string): ReadToken {
  const message = `This is not a consistency token: ${reason}. Send a token exactly as it was received, or none.`
  return { kind: 'invalid', message }
}

/** 128 bits are enough for a signature that grants no rights. */
function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest().subarray(0, 16).toString('base64url')
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function parse(text: string): Token | null {
  const entries: unknown = JSON.parse(text)
  if (!Array.isArray(entries)) return null
  const token = new Map<string, Writes>()
  for (const entry of entries as unknown[]) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'number') return null
    const [database, epoch, xids, floor] = entry as [string, number, unknown, unknown]
    if (xids !== null && !(Array.isArray(xids) && xids.every(isXid))) return null
    // Tokens of earlier releases have no floor.
    if (floor !== undefined && !isXid(floor)) return null
    token.set(database, writesOf(epoch, xids, floor))
  }
  return token
}
