import { isUuid, parseIdOf } from './ids.ts'
import { isStorable, quote } from './input.ts'

/** Kinds of payload fields: their TypeScript types and their descriptions. */
const KINDS = {
  'user-id': { fits: (value: unknown) => isId('user', value), expected: 'the id of a user' },
  'post-id': { fits: (value: unknown) => isId('post', value), expected: 'the id of a post' },
  uuid: { fits: (value: unknown) => typeof value === 'string' && isUuid(value), expected: 'a uuid' },
  boolean: { fits: (value: unknown) => typeof value === 'boolean', expected: 'true or false' },
  text: { fits: (value: unknown) => typeof value === 'string' && isStorable(value), expected: 'text' },
  version: {
    fits: (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0,
    expected: 'a version, from 1',
  },
  time: { fits: isTime, expected: 'a time such as "2026-01-31T12:00:00.000Z"' },
  mentions: {
    fits: (value: unknown) => Array.isArray(value) && value.every(isMention),
    expected: 'a list of { start, length, userId }',
  },
} as const

type Kind = keyof typeof KINDS
/** A kind, a nullable kind, or one of several words. */
type FirstField = Kind | { readonly nullable: Kind } | readonly string[]
/** `added`: older events of the type do not have this field. */
type Field = FirstField | { readonly added: FirstField }
export type EventFields = Readonly<Record<string, Field>>

type ValueOfKind = {
  'user-id': string
  'post-id': string
  uuid: string
  boolean: boolean
  text: string
  version: number
  time: string
  mentions: EventMention[]
}
/** Mentions in a text: the user, and the range of `@` and the handle as typed, in UTF-16 units. */
type EventMention = { start: number; length: number; userId: string }
type ValueOf<F> = F extends Kind
  ? ValueOfKind[F]
  : F extends { readonly nullable: infer Inner extends Kind }
    ? ValueOfKind[Inner] | null
    : F extends readonly (infer Word)[]
      ? Word
      : F extends { readonly added: infer Added }
        ? ValueOf<Added>
        : never

/** The TypeScript type of a new payload with these fields. */
export type PayloadOf<Fields> = { -readonly [Name in keyof Fields]: ValueOf<Fields[Name]> }

type AddedIn<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly added: unknown } ? Name : never
}[keyof Fields]

/** The TypeScript type of a payload in a log. Older events may lack the fields that were added later. */
export type StoredPayloadOf<Fields> = PayloadOf<Omit<Fields, AddedIn<Fields>>> & {
  -readonly [Name in AddedIn<Fields>]?: ValueOf<Fields[Name]> | undefined
}

/**
 * One type of event, in its version 1.
 *
 * @param key the aggregate of the event
 */
export function eventKind<const Fields extends EventFields>(
  fields: Fields,
  key: (payload: PayloadOf<Fields>) => string,
) {
  return { version: 1, fields, key, check: checker(fields) }
}

/** Created once per type, because every write checks its events. */
function checker(fields: EventFields): (payload: unknown) => string | null {
  const checks = Object.entries(fields).map(([name, field]) => ({ name, ...fieldCheck(field) }))
  const names = new Set(Object.keys(fields))
  return (payload) => {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
      return `payload: expected an object, got ${shown(payload)}.`
    }
    const values = payload as Record<string, unknown>
    for (const { name, fits, expected } of checks) {
      const value = values[name]
      if (!fits(value)) return `payload.${name}: expected ${expected}, got ${shown(value)}.`
    }
    for (const name in values) {
      if (!names.has(name))
        return `payload.${name}: this type has no such field; it has ${[...names].join(', ')}.`
    }
    return null
  }
}

function fieldCheck(field: Field): { fits: (value: unknown) => boolean; expected: string } {
  if (typeof field === 'string') return KINDS[field]
  if ('added' in field) return fieldCheck(field.added)
  if ('nullable' in field) {
    const { fits, expected } = KINDS[field.nullable]
    return { fits: (value) => value === null || fits(value), expected: `${expected} or null` }
  }
  return {
    fits: (value) => typeof value === 'string' && field.includes(value),
    expected: field.map((word) => JSON.stringify(word)).join(' or '),
  }
}

function isMention(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { start, length, userId, ...unknown } = value as Record<string, unknown>
  const known = Number.isSafeInteger(start) && Number.isSafeInteger(length) && isId('user', userId)
  return known && Object.keys(unknown).length === 0
}

function isId(prefix: 'user' | 'post', value: unknown): boolean {
  return typeof value === 'string' && parseIdOf(prefix, value) !== null
}

/** In the format of `Date.toISOString`. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

function isTime(value: unknown): boolean {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
