import { GraphQLError } from 'graphql'
import { decodeCursor, type CursorFault } from '../../contracts/cursors.ts'
import { quote } from '../../contracts/input.ts'

export const DEFAULT_PAGE_SIZE = 20
export const MAX_PAGE_SIZE = 100

/** The four arguments of a Relay connection. */
export type PageArgs = {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/** `cursor` is the sort key of the row before the page (forward) or after it (backward). */
export type Page = { direction: 'forward' | 'backward'; size: number; cursor: string[] | null }

export type KeyType = 'uuid' | 'timestamptz' | 'text' | 'integer'

/** Whether a text has the format that Postgres prints for the type. A cursor with another format is not ours. */
const KEY_FORMS: Record<KeyType, (text: string) => boolean> = {
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  timestamptz: isTimestamp,
  text: (text) => text.isWellFormed() && !text.includes('\0'),
  integer: (text) => /^-?\d{1,9}$/.test(text),
}

const TIMESTAMP =
  /^(\d{4,6})-(0[1-9]|1[0-2])-(\d\d) ([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d){0,2}$/

/** `2026-11-20 19:04:35.123+00`, with a valid date. */
function isTimestamp(text: string): boolean {
  const [, year, month, day] = TIMESTAMP.exec(text) ?? []
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
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
    throw badInput(
      `"${foreignName}" does not go with "${sizeName}". Use first with after, or last with before.`,
    )
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
  if (!decoded.ok) throw badInput(`${name} ${quote(cursor)} ${FAULTS[decoded.fault]}`)
  const { values } = decoded
  const fits = values.length === key.length && key.every((type, i) => KEY_FORMS[type](values[i] ?? ''))
  if (!fits) throw badInput(`${name} ${quote(cursor)} ${FAULTS.malformed}`)
  return values
}

const FAULTS: Record<CursorFault, string> = {
  malformed: 'is not a cursor. Pass an endCursor or startCursor unchanged.',
  foreign: 'is a cursor of another list. Use it only with the list and the filter that returned it.',
  stale: 'has the format of an earlier release. Start again without a cursor.',
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}
