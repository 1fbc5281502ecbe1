import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type CheckConfig } from '../config/config.ts'
import { commitOf, defaultBase } from './git.ts'
import { schemaAt } from './schema-at.ts'
import { readText } from './load-subgraphs.ts'
import { failure, success, shownPath, type Outcome } from './outcome.ts'
import { fetchSchema, readSchema, type SchemaVersion } from './read-schema.ts'

/** Maximum wait for the schema at a URL. Milliseconds. */
const TIMEOUT_MS = 10_000

/** The schema to compare with. `label` says which it is: a commit, a file or a URL. */
export type Base = SchemaVersion & { label: string }

/**
 * Loads the base of a check.
 *
 * @param wanted a URL, a file or a git ref, in this order. @default the merge base of HEAD with the main branch; on the main
 *   branch, its parent
 */
export async function resolveBase(
  wanted: string | undefined,
  config: CheckConfig,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome<Base>> {
  if (wanted === undefined) {
    const base = await defaultBase(config.folder)
    if ('commit' in base) return atCommit(base.commit, base.commit.slice(0, 10), config)
    return failure(`There is nothing to compare with: ${base.problem}. Name a ref, file or URL with --base.`)
  }
  if (/^https?:\/\//.test(wanted)) return labelled(wanted, await fetchSchema(wanted, timeoutMs))
  const file = resolve(wanted)
  if (await isFile(file)) {
    const text = await readText(file)
    return text.ok ? labelled(shownPath(file), readSchema(shownPath(file), text.value)) : text
  }
  const commit = await commitOf(config.folder, wanted)
  if (commit !== null) return atCommit(commit, `${wanted} (${commit.slice(0, 10)})`, config)
  return failure(`--base ${JSON.stringify(wanted)}: there is no such file and no such git ref.`)
}

async function atCommit(commit: string, label: string, config: CheckConfig): Promise<Outcome<Base>> {
  return labelled(label, await schemaAt(commit, config))
}

function labelled(label: string, version: Outcome<SchemaVersion>): Outcome<Base> {
  if (version.ok) return success({ ...version.value, label })
  const faults = version.faults.map(({ message, place }) => ({ message: `Base ${label}: ${message}`, place }))
  return { ok: false, faults }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
