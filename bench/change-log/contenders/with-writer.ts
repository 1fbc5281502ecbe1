import { standIn } from './stand-in.ts'

/** For `node --import`: in addition to its relay, the service writes the configured number of transactions per second. */
standIn('patterns/change-log/owner/relay.ts', new URL('writing-relay.ts', import.meta.url).href)
