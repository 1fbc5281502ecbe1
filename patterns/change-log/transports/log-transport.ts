import type { LogReader, Publisher } from './transport.ts'
import type { SendCommand } from './redis/command.ts'
import { streamPublisher } from './redis/publisher.ts'
import { streamReader } from './redis/reader.ts'

/** Carries the logs of an installation from owners to readers, besides the feed. Databases are identified by name. */
export type LogTransport = {
  publisher(database: string): Publisher
  /** Uses a connection that nothing else uses, because a reader may wait inside it. */
  reader(database: string): LogReader
}

/** Key of the Redis stream of a database's log. */
export const streamKey = (database: string) => `log:${database}`

/** A transport over Redis streams. @param send for readers, uses a connection that nothing else uses */
export function redisTransport(send: SendCommand): LogTransport {
  return {
    publisher: (database) => streamPublisher({ send, key: streamKey(database) }),
    reader: (database) => streamReader(send, streamKey(database)),
  }
}
