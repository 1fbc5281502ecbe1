import { GraphQLError } from 'graphql'
import { decodeCursor, type CursorFault } from '../../contracts/cursors.ts'

export const DEFAULT_PAGE_SIZE = 20
export const MAX_PAGE_SIZE = 100

/** The four arguments of a Relay connection. */
export type PageArgs = {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/** `cursor` is the sort key of the row next to the page: before it going forward, after it going backward. */
export type Page = { direction: 'forward' | 'backward'; size: number; cursor: string[] | null }

export type KeyType = 'uuid' | 'timestamptz' | 'text' | 'integer'

/** What the text of each key type looks like; a cursor with anything else was not made by us. */
const KEY_FORMS: Record<KeyType, RegExp> = {
  uuid: /^[0-9a-f-]{36}$/,
  timestamptz: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/,
  text: /^[^\0]*$/u,
  integer: /^-?\d{1,9}$/,
}

/**
 * Checks the arguments of a connection.
 *
 * @param scope the list that the cursors must belong to; see `encodeCursor`
 * @throws GraphQLError with code BAD_USER_INPUT, naming the argument, its value and the remedy
 */
export function parsePage(args: PageArgs, scope: string, key: readonly KeyType[]): Page {
  if (args.first != null && args.last != null) {
    throw badInput(`first and last are both given (${args.first} and ${args.last}). Give only one of them.`)
  }
  const backward = args.last != null || (args.first == null && args.before != null)
  const [sizeName, cursorName, foreignName] = backward
    ? (['last', 'before', 'after'] as const)
    : (['first', 'after', 'before'] as const)
  if (args[foreignName] != null) {
    throw badInput(`"${foreignName}" does not go with "${sizeName}". Use first with after, or last with before.`)
  }
  const size = args[sizeName] ?? DEFAULT_PAGE_SIZE
  if (size < 1 || size > MAX_PAGE_SIZE) {
    throw badInput(`${sizeName} is ${size}. Ask for 1 to ${MAX_PAGE_SIZE}.`)
  }
  const cursor = args[cursorName]
  return {
    direction: backward ? 'backward' : 'forward',
    size,
    cursor: cursor == null ? null : readCursor(cursorName, cursor, scope, key),
  }
}

function readCursor(name: string, cursor: string, scope: string, key: readonly KeyType[]): string[] {
  const decoded = decodeCursor(scope, cursor)
  if (!decoded.ok) throw badInput(`${name} ${JSON.stringify(cursor)} ${FAULTS[decoded.fault]}`)
  const { values } = decoded
  const fits = values.length === key.length && key.every((type, i) => KEY_FORMS[type].test(values[i] ?? ''))
  if (!fits) throw badInput(`${name} ${JSON.stringify(cursor)} ${FAULTS.malformed}`)
  return values
}

const FAULTS: Record<CursorFault, string> = {
  malformed: 'is not a cursor. Pass on an endCursor or startCursor unchanged.',
  foreign: 'is a cursor of another list. Use it with the list and the filter it came from.',
  stale: 'has the format of an earlier release. Start again without it.',
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}
