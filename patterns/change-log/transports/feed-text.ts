import type { LogPage } from '../owner/read-log.ts'
import { requireRecord } from '../record.ts'
import type { RecordPage } from './transport.ts'

/** Formats a page as JSON text. Records are JSON already, so they are only joined. */
export function writePage(page: LogPage): string {
  if (page.kind !== 'records') return JSON.stringify(page)
  return `{"kind":"records","records":[${page.records.map(({ text }) => text).join()}]}`
}

/**
 * Parses the text of `writePage`.
 *
 * @param after the offset that was requested. The records must follow it without a gap
 * @throws TypeError or SyntaxError if the text is not such a page
 */
export function readPage(text: string, after: number): RecordPage {
  const page: unknown = JSON.parse(text)
  if (typeof page === 'object' && page !== null && 'kind' in page) {
    if (page.kind === 'records' && 'records' in page && Array.isArray(page.records)) {
      return { kind: 'records', records: page.records.map((value, i) => requireRecord(value, after + 1 + i)) }
    }
    if (isStop(page.kind) && 'epoch' in page && typeof page.epoch === 'number') {
      return { kind: page.kind, epoch: page.epoch }
    }
  }
  throw new TypeError(`not a page of a log: ${text.slice(0, 200)}`)
}

function isStop(kind: unknown): kind is 'expired' | 'other-epoch' | 'ahead' {
  return kind === 'expired' || kind === 'other-epoch' || kind === 'ahead'
}
