import { registerHooks } from 'node:module'
import { failHere } from './fail-here.ts'
import { FAILPOINT_FUNCTION } from './failpoints.ts'
import { changesOf } from './sources.ts'

/**
 * Plants bugs and failpoints into what this process loads: `node --import 'file:///…/register.ts?plant=NAME' …`, see
 * `loaderOption`. The production code has no switch of its own. A text that cannot be planted ends the process.
 */
const root = new URL('../../../', import.meta.url)
const { searchParams } = new URL(import.meta.url)
const folder = searchParams.get('failpoints')
const changes = changesOf(searchParams.getAll('plant'), folder !== null)

if (folder !== null) {
  Object.assign(globalThis, { [Symbol.for(FAILPOINT_FUNCTION)]: failHere(folder) })
}

registerHooks({
  load(url, context, nextLoad) {
    // TypeScript as it stands: its types are stripped after this.
    const loaded = nextLoad(url, context)
    const change = url.startsWith(root.href) ? changes.get(url.slice(root.href.length)) : undefined
    return change ? { ...loaded, source: change(Buffer.from(loaded.source as Buffer).toString()) } : loaded
  },
})
