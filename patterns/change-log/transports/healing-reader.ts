import { within } from '../signal.ts'
import type { LogReader, RecordPage } from './transport.ts'

/** How much longer than asked a transport may take. Milliseconds. */
const TIMEOUT_MS = 1_000
/** Pages read from the feed before a transport that failed is tried again. */
const PAGES_WITHOUT = 10

/**
 * Reads from a transport, and from the feed what that does not have: when it was cut short or emptied, has lost a record,
 * repeats or misplaces one, is silent, fails, or does not answer. So its pages never have a gap.
 *
 * @param healed told how many records came from the feed
 */
export function healingReader(
  transport: LogReader,
  feed: LogReader,
  healed: (records: number) => void,
): LogReader {
  // What the transport lacks is read from the feed up to here, without asking it for each page.
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
      // A transport that answers has waited already.
      const response = await feed.read(after, limit, page ? 0 : waitMs, stop)
      if (response.kind === 'records' && response.records.length > 0) healed(response.records.length)
      else gapEnd = 0
      return response
    },
  }
}

type Records = Extract<RecordPage, { kind: 'records' }>

/** The page up to the first record that is not the one to come; whole when that is its first one. */
function whatFollows(page: Records, after: number): Records {
  const end = page.records.findIndex((record, i) => record.offset !== after + 1 + i)
  return end > 0 ? { ...page, records: page.records.slice(0, end) } : page
}
