import { within } from '../signal.ts'
import type { LogReader, RecordPage } from './transport.ts'

/** Time that a transport may take beyond the requested wait. Milliseconds. */
const TIMEOUT_MS = 1_000
/** Number of pages that are read from the feed before a failed transport is tried again. */
const PAGES_WITHOUT = 10

/**
 * Reads from a transport, and from the feed what the transport does not have. This covers a transport that was truncated or
 * emptied, that has lost, repeated or misplaced a record, that is silent, fails, or does not respond. So the pages never
 * have a gap.
 *
 * @param healed called with the number of records that came from the feed
 */
export function healingReader(
  transport: LogReader,
  feed: LogReader,
  healed: (records: number) => void,
): LogReader {
  // Up to this offset, missing records are read from the feed without asking the transport for each page.
  let gapEnd = 0
  let without = 0
  return {
    async read(after, limit, waitMs, stop) {
      let page: RecordPage | null = null
      if (without > 0) without--
      else if (after.offset >= gapEnd) {
        page = await within(waitMs + TIMEOUT_MS, transport.read(after, limit, waitMs, stop), stop).catch(
          () => null,
        )
        if (!page) without = PAGES_WITHOUT
      }
      if (page?.kind === 'records' && page.records.length > 0) page = whatFollows(page, after.offset)
      const first = page?.kind === 'records' ? page.records[0] : undefined
      if (page && first?.offset === after.offset + 1) return page
      if (first) gapEnd = first.offset - 1
      // If the transport has responded, it has waited already.
      const response = await feed.read(after, limit, page ? 0 : waitMs, stop)
      if (response.kind === 'records' && response.records.length > 0) healed(response.records.length)
      else gapEnd = 0
      return response
    },
  }
}

type Records = Extract<RecordPage, { kind: 'records' }>

/** The page up to the first record that is out of sequence. The whole page if that is its first record. */
function whatFollows(page: Records, after: number): Records {
  const end = page.records.findIndex((record, i) => record.offset !== after + 1 + i)
  return end > 0 ? { ...page, records: page.records.slice(0, end) } : page
}
