import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { withoutPassword } from '../../../platform/config/read-config.ts'
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

/** A base that exists, not loaded yet. */
export type BaseSource =
  | { kind: 'commit'; commit: string; label: string }
  | { kind: 'file'; file: string }
  | { kind: 'url'; url: string }

/**
 * Finds the base of a check.
 *
 * @param wanted a URL, a file or a git ref, in this order. @default the merge base of HEAD with the main branch; on the main
 *   branch, its parent
 * @param folder git runs in it
 */
export async function findBase(wanted: string | undefined, folder: string): Promise<Outcome<BaseSource>> {
  if (wanted === undefined) {
    const base = await defaultBase(folder)
    if ('commit' in base)
      return success({ kind: 'commit', commit: base.commit, label: base.commit.slice(0, 10) })
    return failure(`There is nothing to compare with: ${base.problem}. Name a ref, file or URL with --base.`)
  }
  if (/^https?:\/\//.test(wanted)) return success({ kind: 'url', url: wanted })
  const file = resolve(wanted)
  if (await isFile(file)) return success({ kind: 'file', file })
  const commit = await commitOf(folder, wanted)
  if (commit === null)
    return failure(`--base ${JSON.stringify(wanted)}: there is no such file and no such git ref.`)
  return success({ kind: 'commit', commit, label: `${wanted} (${commit.slice(0, 10)})` })
}

/** Loads a base. */
export async function loadBase(
  base: BaseSource,
  config: CheckConfig,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome<Base>> {
  switch (base.kind) {
    case 'commit':
      return labelled(base.label, await schemaAt(base.commit, config))
    case 'url':
      return labelled(withoutPassword(base.url), await fetchSchema(base.url, timeoutMs))
    case 'file': {
      const shown = shownPath(base.file)
      const text = await readText(base.file)
      return text.ok ? labelled(shown, readSchema(shown, text.value)) : text
    }
  }
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
