import { readFile } from 'node:fs/promises'
import { Kind, type DocumentNode, type Source } from 'graphql'
import { withoutPassword } from '../../../platform/config/read-config.ts'
import { type SchemaSource, type SubgraphConfig } from '../config/config.ts'
import { type LoadedSubgraph } from '../finding.ts'
import { introspectSubgraph } from './introspect.ts'
import { allOf, failure, shownPath, success, type Fault, type Outcome } from './outcome.ts'
import { parseGraphql } from './parse-sdl.ts'
import { withoutBom } from './without-bom.ts'

/** Maximum wait for the SDL of a subgraph. Milliseconds. */
const TIMEOUT_MS = 10_000

/** Loads the SDL of all subgraphs. The outcome has the faults of all. */
export async function loadSubgraphs(
  subgraphs: readonly SubgraphConfig[],
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome<LoadedSubgraph[]>> {
  const loaded = await Promise.all(
    subgraphs.map(async ({ name, routingUrl, source }): Promise<Outcome<LoadedSubgraph>> => {
      const typeDefs = await loadSource(source, timeoutMs)
      if (typeDefs.ok) return success({ name, url: routingUrl, typeDefs: typeDefs.value })
      return { ok: false, faults: typeDefs.faults.map((fault) => ofSubgraph(name, fault)) }
    }),
  )
  return allOf(loaded)
}

async function loadSource(source: SchemaSource, timeoutMs: number): Promise<Outcome<DocumentNode>> {
  switch (source.kind) {
    case 'files':
      return joined(await Promise.all(source.files.map(parseFile)))
    case 'text':
      return parseGraphql(shownPath(source.file), source.sdl)
    case 'introspection': {
      const sdl = await introspectSubgraph(source.url, { headers: source.headers, timeoutMs })
      return sdl.ok ? parseGraphql(withoutPassword(source.url), sdl.value) : sdl
    }
  }
}

/** The definitions of several files as one document. */
export function joined(documents: readonly Outcome<DocumentNode>[]): Outcome<DocumentNode> {
  const all = allOf(documents)
  if (!all.ok) return all
  return success({ kind: Kind.DOCUMENT, definitions: all.value.flatMap(({ definitions }) => definitions) })
}

async function parseFile(path: string): Promise<Outcome<DocumentNode>> {
  const text = await readText(path)
  return text.ok ? parseGraphql(shownPath(path), text.value) : text
}

/** Reads a text file. The fault says why it cannot be read. */
export async function readText(path: string): Promise<Outcome<string>> {
  try {
    return success(withoutBom(await readFile(path, 'utf8')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
    }
    return failure(`Cannot read ${shownPath(path) || '.'}: ${reasons[code ?? ''] ?? code}.`)
  }
}

function ofSubgraph(name: string, { message, place }: Fault): Fault {
  return { message: `Subgraph "${name}": ${message}`, place }
}

/** The lines of files, by the name of the file as it is shown. */
export type Sources = ReadonlyMap<string, readonly string[]>

/** The lines of each file of which the documents were parsed. Several documents may have been parsed of one config. */
export function sourcesOf(documents: readonly DocumentNode[]): Sources {
  const sources = new Map<string, readonly string[]>()
  const read = new Set<Source>()
  for (const { definitions } of documents) {
    for (const { loc } of definitions) {
      if (!loc || read.has(loc.source)) continue
      read.add(loc.source)
      const earlier = sources.get(loc.source.name) ?? []
      const lines = loc.source.body.split(/\r\n|[\n\r]/)
      sources.set(
        loc.source.name,
        Array.from({ length: Math.max(lines.length, earlier.length) }, (_, i) =>
          earlier[i]?.trim() ? earlier[i] : (lines[i] ?? ''),
        ),
      )
    }
  }
  return sources
}
