import { place, type Checker } from './history.ts'
import { nameOf } from './offsets.ts'

/** All records of the last epoch that were read exist at the end: they were durable before they could be read. */
export const durable: Checker = ({ seen, log }) => {
  const [first] = log
  if (!first) return []
  const held = new Map(log.map((record) => [place(record), nameOf(record)]))
  const faults = seen
    .filter(({ epoch, offset }) => epoch === first.epoch && offset >= first.offset)
    .filter((record) => held.get(place(record)) !== nameOf(record))
    .map(
      (record) =>
        `${nameOf(record)} was seen at ${place(record)}, which holds ${held.get(place(record)) ?? 'nothing'}`,
    )
  return [...new Set(faults)]
}
