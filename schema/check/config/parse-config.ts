import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument, isNode, type Document } from 'yaml'
import { z } from 'zod'
import { type Env } from '../../../platform/config/read-config.ts'
import { parseChangeOptions } from '../changes/options.ts'
import { type Place } from '../finding.ts'
import { parseLintOptions } from '../lint/options.ts'
import { failure, shownPath, success, type Fault, type Outcome } from '../load/outcome.ts'
import { type CheckConfig, type SchemaSource } from './config.ts'
import { inlineSdl } from './inline-sdl.ts'

const SCHEMA_KINDS =
  'expected one of `file: PATH`, `subgraph_url: URL` or `sdl: TEXT`. Schemas of GraphOS (`graphref`) are not supported'

const NO_URL = 'expected a URL such as http://127.0.0.1:4001/graphql. The path of a file belongs into `file`'
const NO_HEADER = 'expected the text of a header. Put a number into quotes'

const Subgraph = z.object({
  routing_url: z.string().optional(),
  schema: z.union(
    [
      z.object({ file: z.string().min(1) }),
      z.object({
        subgraph_url: z.url({ protocol: /^https?$/, error: NO_URL }),
        introspection_headers: z.record(z.string(), z.string({ error: NO_HEADER })).default({}),
      }),
      z.object({ sdl: z.string() }),
    ],
    { error: SCHEMA_KINDS },
  ),
})
const NO_SUBGRAPHS = 'expected a map from the name of each subgraph to its `schema`'
const File = z.object(
  {
    subgraphs: z
      .record(z.string(), Subgraph, { error: NO_SUBGRAPHS })
      .refine((subgraphs) => Object.keys(subgraphs).length > 0, NO_SUBGRAPHS),
    lint: z.unknown().optional(),
    changes: z.unknown().optional(),
  },
  { error: `expected \`subgraphs\`, with ${NO_SUBGRAPHS.replace('expected ', '')}` },
)

/** A config without `lint` is one written for another tool: its schema shall not fail for conventions that it does not know. */
const LINT_DEFAULT = { rules: { '*': 'warn' } }

/**
 * Parses a config in the format of Rover's supergraph.yaml. Files are relative to it. `${env.NAME}` in a value is replaced by
 * the environment variable, as Rover does it.
 *
 * @param file absolute path
 * @param readsOptions false for a base, whose rules and exceptions do not matter
 */
export function parseConfig(
  file: string,
  text: string,
  env: Env,
  { options: readsOptions }: { options: boolean } = { options: true },
): Outcome<CheckConfig> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file: shownPath(file), line, column: col }
  }
  if (document.errors.length > 0) {
    const faults = document.errors.map((error): Fault => {
      const place = at(error.pos[0])
      if (error.code === 'DUPLICATE_KEY') return { message: repeatedKey(text, error.pos[0]), place }
      return { message: `This is not valid YAML: ${firstLine(error.message)}.`, place }
    })
    return { ok: false, faults }
  }
  const { value, missing } = withEnvironment(document.toJS(), env)
  const expand = (part: string) => String(withEnvironment(part, env).value)
  if (missing.length > 0) {
    const names = missing.join(', ')
    return failure(`${shownPath(file)} uses variables of the environment that are not set: ${names}.`)
  }
  const parsed = File.safeParse(value)
  if (!parsed.success) {
    const faults = parsed.error.issues
      .flatMap((issue) => ofOneKind(issue, document))
      .map(({ path, message }): Fault => {
        const where = path.length > 0 ? `${path.join('.')}: ` : ''
        return { message: `${where}${message}.`, place: at(offsetOf(document, path)) }
      })
    return { ok: false, faults }
  }
  const subgraphs = Object.entries(parsed.data.subgraphs).map(([name, { routing_url, schema }]) => ({
    name,
    routingUrl: routing_url ?? ('subgraph_url' in schema ? schema.subgraph_url : ''),
    source: sourceOf(schema, file, (sdl) =>
      inlineSdl(text, document.getIn(['subgraphs', name, 'schema', 'sdl'], true), sdl, expand),
    ),
  }))
  const lint = parseLintOptions((readsOptions ? parsed.data.lint : null) ?? LINT_DEFAULT)
  const changes = parseChangeOptions(readsOptions ? parsed.data.changes : null)
  if (lint.ok && changes.ok) {
    const sections = { lint: lint.value, changes: changes.value }
    return success({ file, folder: dirname(file), subgraphs, supergraph: null, ...sections })
  }
  const faults = Object.entries({ lint, changes }).flatMap(([section, part]) =>
    (part.ok ? [] : part.faults).map(({ path, message }): Fault => {
      const whole = [section, ...path]
      return { message: `${whole.join('.')}: ${message}.`, place: at(offsetOf(document, whole)) }
    }),
  )
  return { ok: false, faults }
}

type Issue = { path: PropertyKey[]; message: string; errors?: Issue[][] }

/** A schema with `subgraph_url` has the faults of that kind: those of the other kinds say that their key is missing. */
function ofOneKind(issue: Issue, document: Document): Issue[] {
  if (!document.hasIn([...issue.path, 'subgraph_url'])) return [issue]
  const known = issue.errors?.find((errors) =>
    errors.every(({ path }) => path[0] === 'introspection_headers' || path[0] === 'subgraph_url'),
  )
  return known?.map(({ path, message }) => ({ path: [...issue.path, ...path], message })) ?? [issue]
}

function sourceOf(
  schema: z.output<typeof Subgraph>['schema'],
  config: string,
  placed: (sdl: string) => string,
): SchemaSource {
  if ('file' in schema) return { kind: 'files', files: [resolve(dirname(config), schema.file)] }
  if ('sdl' in schema) return { kind: 'text', file: shownPath(config), sdl: placed(schema.sdl) }
  return { kind: 'introspection', url: schema.subgraph_url, headers: schema.introspection_headers }
}

/** The key at the offset is the second one of its name. At an indent, it is the name of a subgraph. */
function repeatedKey(text: string, offset: number): string {
  const key = /^[^\n:]*/.exec(text.slice(offset))?.[0].trim() ?? ''
  return `The name ${JSON.stringify(key)} is used twice. Each subgraph, and each key, needs a name of its own.`
}

/** The offset of the value at the path, or of the nearest value that contains it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length > 0 ? document.getIn(path.slice(0, length), true) : document.contents
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function withEnvironment(value: unknown, env: Env): { value: unknown; missing: string[] } {
  const missing: string[] = []
  const expand = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replaceAll(/\$\{env\.(\w+)\}/g, (_, name: string) => {
        if (env[name] === undefined) missing.push(name)
        return env[name] ?? ''
      })
    }
    if (Array.isArray(part)) return part.map(expand)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, expand(inner)]))
  }
  return { value: expand(value), missing }
}

const firstLine = (text: string) => text.split('\n')[0]?.replace(/( at line.*)?:?$/, '') ?? ''
