import type { LogReader, Publisher } from './transport.ts'
import type { SendCommand } from './redis/command.ts'
import { streamPublisher } from './redis/publisher.ts'
import { streamReader } from './redis/reader.ts'

/** What carries the logs of an installation from their owners to their readers, besides the feed. Databases by name. */
export type LogTransport = {
  publisher(database: string): Publisher
  /** Over a connection that nothing else uses: a reader may wait inside it. */
  reader(database: string): LogReader
}

/** Key of the Redis stream of a database's log. */
export const streamKey = (database: string) => `log:${database}`

/** Redis streams. @param send over a connection of its own where it is read */
export function redisTransport(send: SendCommand): LogTransport {
  return {
    publisher: (database) => streamPublisher({ send, key: streamKey(database) }),
    reader: (database) => streamReader(send, streamKey(database)),
  }
}
