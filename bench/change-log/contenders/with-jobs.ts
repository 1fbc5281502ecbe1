import { standIn } from './stand-in.ts'

/** `node --import` this: commands add jobs of graphile-worker instead of events. */
standIn('patterns/change-log/writer/insert-events.ts', new URL('insert-jobs.ts', import.meta.url).href)
