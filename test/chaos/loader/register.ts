import { registerHooks } from 'node:module'
import { failHere } from './fail-here.ts'
import { FAILPOINT_FUNCTION } from './failpoints.ts'
import { skewClock } from './skew-clock.ts'
import { changesOf } from './sources.ts'

/**
 * Adds bugs, failpoints and a wrong clock to the modules of this process: `node --import 'file:///…/register.ts?plant=NAME' …`, see
 * `loaderOption`. The production code has no switch for them. If a text cannot be planted, the process ends.
 */
const root = new URL('../../../', import.meta.url)
const { searchParams } = new URL(import.meta.url)
const folder = searchParams.get('failpoints')
const clock = searchParams.get('clock')
const changes = changesOf(searchParams.getAll('plant'), folder !== null, searchParams.has('patient'))

if (folder !== null) {
  Object.assign(globalThis, { [Symbol.for(FAILPOINT_FUNCTION)]: failHere(folder) })
}

if (clock !== null) skewClock(clock)

registerHooks({
  load(url, context, nextLoad) {
    // The TypeScript source. Its types are stripped later.
    const loaded = nextLoad(url, context)
    const change = url.startsWith(root.href) ? changes.get(url.slice(root.href.length)) : undefined
    return change ? { ...loaded, source: change(Buffer.from(loaded.source as Buffer).toString()) } : loaded
  },
})
