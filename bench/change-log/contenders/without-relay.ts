import { standIn } from './stand-in.ts'

/** `node --import` this: nobody takes ticks, and nothing is published. */
standIn('patterns/change-log/owner/relay.ts', new URL('no-relay.ts', import.meta.url).href)
