import { standIn } from './stand-in.ts'

/** For `node --import`: no ticks are taken, and nothing is published. */
standIn('patterns/change-log/owner/relay.ts', new URL('no-relay.ts', import.meta.url).href)
