import type { Position } from '../position.ts'
import type { Get } from './feed-reader.ts'

/** The end of a log. Every transaction that was committed before its last tick has its events up to `position`. */
export type LogEnd = {
  readonly position: Position
  /** Clock of the database, in milliseconds since 1970, rounded up. */
  readonly now: number
}

/** Reads the end of a log. @throws Error if there is no usable response */
export async function getEnd(url: string, get: Get, stop?: AbortSignal): Promise<LogEnd> {
  const text = await get(url, stop)
  const end: unknown = JSON.parse(text)
  if (isEnd(end)) return end
  throw new TypeError(`not the end of a log: ${text.slice(0, 200)}`)
}

function isEnd(value: unknown): value is LogEnd {
  if (typeof value !== 'object' || value === null || !('position' in value) || !('now' in value)) return false
  const { position, now } = value
  if (typeof position !== 'object' || position === null || typeof now !== 'number') return false
  return 'epoch' in position && 'offset' in position && isWhole(position.epoch) && isWhole(position.offset)
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
