import { standIn } from './stand-in.ts'

/** `node --import` this: beside its relay, the service writes as many transactions a second as it is told to. */
standIn('patterns/change-log/owner/relay.ts', new URL('writing-relay.ts', import.meta.url).href)
