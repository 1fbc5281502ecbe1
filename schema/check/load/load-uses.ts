import { resolve } from 'node:path'
import { type Place } from '../finding.ts'
import { readTrustedOperations, type TrustedOperation } from '../usage/trusted-operations.ts'
import { readUsageExport, type UsageExport } from '../usage/usage-export.ts'
import { readText } from './load-subgraphs.ts'
import { shownPath, success, type Fault, type Outcome } from './outcome.ts'

/** What is known of the clients' operations. `recorded` is null if there is no recording. */
export type Uses = { trusted: readonly TrustedOperation[]; recorded: UsageExport | null }

/**
 * Loads the operations of a folder and the export of a recording.
 *
 * @param operations path of the folder, or of one file. Null for none
 * @param usage path of the export. Null for none
 */
export async function loadUses(operations: string | null, usage: string | null): Promise<Outcome<Uses>> {
  const [trusted, recorded] = await Promise.all([
    operations === null ? { operations: [], faults: [] } : readTrustedOperations(operations, process.cwd()),
    usage === null ? success(null) : readExport(usage),
  ])
  const faults = [...trusted.faults.map(faultOf), ...(recorded.ok ? [] : recorded.faults)]
  if (!recorded.ok || faults.length > 0) return { ok: false, faults }
  return success({ trusted: trusted.operations, recorded: recorded.value })
}

async function readExport(path: string): Promise<Outcome<UsageExport>> {
  const file = resolve(path)
  const text = await readText(file)
  if (!text.ok) return text
  const read = readUsageExport(text.value, shownPath(file))
  if (!('faults' in read)) return success(read)
  return { ok: false, faults: read.faults.map((message) => ({ message, place: null })) }
}

/** Splits "file:line:column: message". */
function faultOf(text: string): Fault {
  const [, file, line, column, message] = /^(.+?):(\d+):(\d+): (.*)$/s.exec(text) ?? []
  if (file === undefined || message === undefined) return { message: text, place: null }
  const place: Place = { file, line: Number(line), column: Number(column) }
  return { message, place }
}
