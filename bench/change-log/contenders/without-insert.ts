import { standIn } from './stand-in.ts'

/** `node --import` this: commands write no events. */
standIn('patterns/change-log/writer/insert-events.ts', new URL('no-insert.ts', import.meta.url).href)
