import type { KeysetList } from '../../../patterns/pagination/index.ts'
import type { StoredEvent } from '../../../patterns/event-store/index.ts'

export type HistoryRow = Pick<StoredEvent, 'stream' | 'version' | 'type' | 'schema' | 'data' | 'meta'> & {
  recordedAt: Date
  xid: string
}

/**
 * The events between two users, latest first. The parent is the stream of the viewer's follow of the other; `$3` is that of
 * the other's follow of the viewer, without the blocks.
 */
export const HISTORY: KeysetList = {
  name: 'Viewer.followHistory',
  select: `event.stream, event.version, event.type, event.schema, event.data, event.meta, event.xid::text,
    event.recorded_at as "recordedAt"`,
  from: 'stream_event event',
  where: `event.stream in (parent.id, $3::text)
    and (event.stream = parent.id or event.type not in ('Blocked', 'Unblocked'))`,
  key: [
    { column: 'event.recorded_at', type: 'timestamptz' },
    { column: 'event.version', type: 'integer' },
    { column: 'event.stream', type: 'text' },
  ],
  order: 'desc',
  parentType: 'text',
  extras: 1,
}
