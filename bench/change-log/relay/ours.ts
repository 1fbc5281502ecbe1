import {
  startRelay,
  streamPublisher,
  type Publisher,
  type Signal,
} from '../../../patterns/change-log/index.ts'
import type { Bed } from '../bed.ts'

/** Records a transport keeps, ours and theirs. */
export const KEEP = 100_000

/** Runs the relay of `owner`, whose log goes to Redis. @param published told how many events went there at once */
export async function runOurs(
  bed: Bed,
  { written, ticked }: { written: Signal; ticked: Signal },
  published: (events: number) => void,
) {
  const publisher = streamPublisher({ send: await bed.redis(), key: 'log:owner', keep: KEEP })
  const counting: Publisher = {
    ...publisher,
    async append(epoch, records) {
      const top = await publisher.append(epoch, records)
      if (top.epoch === epoch && top.offset === records.at(-1)?.offset) {
        published(records.filter(({ text }) => text.startsWith('{"kind":"event"')).length)
      }
      return top
    },
  }
  return startRelay({
    connect: () => bed.connect('owner'),
    written,
    ticked,
    publishers: [counting],
    report: (level, message) => level !== 'info' && console.error(message),
    clock: () => performance.now(),
  })
}
