import type { Position } from '../position.ts'
import { reportPosition } from './registration.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { FeedResponse } from './serve-feed.ts'

/**
 * Responds to a consumer that reports its position: JSON `{ consumer, epoch, offset }`. In the response, `kept` is false if
 * the rows that the consumer still needs are deleted. Then it must be rebuilt.
 */
export async function serveReport(sql: Sql, body: string): Promise<FeedResponse> {
  const report = parseReport(body)
  if (!report) {
    const message = `Expected JSON { "consumer": name, "epoch": number, "offset": number }, got ${body.slice(0, 200)}`
    return { status: 400, body: JSON.stringify({ message }) }
  }
  const kept = await reportPosition(sql, report.consumer, report)
  return { status: 200, body: JSON.stringify({ kept }) }
}

function parseReport(body: string): (Position & { consumer: string }) | null {
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null) return null
  if (!('consumer' in value && 'epoch' in value && 'offset' in value)) return null
  const { consumer, epoch, offset } = value
  if (typeof consumer !== 'string' || !/^[\w:.-]{1,100}$/.test(consumer)) return null
  return isWhole(epoch) && isWhole(offset) ? { consumer, epoch, offset } : null
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
