import {
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql'
import { parseCoordinate } from '../changes/coordinates.ts'
import { usesOf, type OperationUses } from './operation-uses.ts'
import type { UsageExport } from './usage-export.ts'
import { withoutRoot } from './without-root.ts'

/** An operation that clients send: trusted, or recorded by the gateway. */
export type KnownOperation = {
  /** For a person. */
  name: string
  /** Its name. Null if it has none. */
  named: string | null
  /** Coordinates in its text. See `OperationUses`. */
  inText: ReadonlySet<string>
  /** How its variables may contain this coordinate, for a person. Null if they do not. */
  inVariables(coordinate: string): string | null
  /** What makes it invalid in the head and does not in the base. Empty if it stays valid. */
  failures(): readonly string[]
  /** What makes it invalid in the head, whether or not it was valid in the base. */
  errors(): readonly string[]
  /** It is valid in the base. */
  valid(): boolean
}

type Schemas = { base: GraphQLSchema; head: GraphQLSchema }
export type RecordedOperation = UsageExport['operations'][number]

/** A trusted operation: its text is exact, but the values of its variables are not known. */
export function trustedOperation(name: string, document: DocumentNode, schemas: Schemas): KnownOperation {
  const { inText, inVariables } = usesOf(document, schemas.base)
  return {
    name,
    named: name,
    inText,
    inVariables(coordinate) {
      const variable = inVariables.get(parseCoordinate(coordinate).type)
      return variable === undefined ? null : `may be in ${variable}`
    },
    ...validity(document, schemas, () => specifiedRules),
  }
}

const WITHOUT_CONFLICTS = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule)

/** A recorded text has no aliases. If equal names conflict in the base, the client had aliases, so conflicts mean nothing. */
function rulesOfRecorded(document: DocumentNode, base: GraphQLSchema) {
  const conflicts = validate(base, document, [OverlappingFieldsCanBeMergedRule], { maxErrors: 1 })
  return conflicts.length > 0 ? WITHOUT_CONFLICTS : specifiedRules
}

/**
 * A recorded operation: its coordinates include those of the variables, and its text has no values.
 *
 * @param changed see `changedCoordinates`. Validation takes long, so operations that depend on nothing of it count as valid
 */
export function recordedOperation(
  recorded: RecordedOperation,
  schemas: Schemas,
  changed: ReadonlySet<string>,
): KnownOperation {
  const document = parseOrNull(recorded.document)
  const uses = document ? usesOf(document, schemas.base) : NO_USES
  const { inText, inVariables } = uses
  const isAffected = [inText, inVariables.keys(), uses.types].some((some) =>
    Iterator.from(some).some((coordinate) => changed.has(coordinate)),
  )
  const listed = recorded.coordinates.filter((coordinate) => !inText.has(coordinate))
  const sent = new Set(listed.flatMap((coordinate) => [coordinate, parseCoordinate(coordinate).type]))
  const anonymous = recorded.document.replaceAll(/\s+/g, ' ').slice(0, 60)
  return {
    name: recorded.name ?? `an operation without a name, \`${anonymous}\``,
    named: recorded.name,
    inText,
    inVariables: (coordinate) =>
      sent.has(coordinate) ? `sent${inVariables.size > 0 ? ' in variables' : ''}` : null,
    ...(document === null
      ? NOT_PARSED
      : isAffected
        ? validity(document, schemas, () => rulesOfRecorded(document, schemas.base))
        : UNAFFECTED),
  }
}

type Validity = Pick<KnownOperation, 'failures' | 'errors' | 'valid'>

const NO_USES: OperationUses = { inText: new Set(), inVariables: new Map(), types: new Set() }
const DOES_NOT_PARSE = () => ['its text does not parse']
const NOT_PARSED: Validity = { failures: DOES_NOT_PARSE, errors: DOES_NOT_PARSE, valid: () => false }
const UNAFFECTED: Validity = { failures: () => [], errors: () => [], valid: () => true }

/** "Did you mean …" may differ between the base and the head, and takes long in a large schema. */
const WITHOUT_SUGGESTIONS = { hideSuggestions: true }

function validity(
  document: DocumentNode,
  { base, head }: Schemas,
  rulesOf: () => readonly ValidationRule[],
): Validity {
  let errors: { base: readonly string[]; head: readonly string[] } | undefined
  const messages = (schema: GraphQLSchema, rules: readonly ValidationRule[]) => [
    ...validate(schema, document, rules, WITHOUT_SUGGESTIONS).map(({ message }) => message),
    ...withoutRoot(schema, document).map(({ message }) => message),
  ]
  const read = () => {
    if (errors) return errors
    const rules = rulesOf()
    errors = { base: messages(base, rules), head: messages(head, rules) }
    return errors
  }
  return {
    failures: () => read().head.filter((message) => !read().base.includes(message)),
    errors: () => read().head,
    valid: () => read().base.length === 0,
  }
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text)
  } catch {
    return null
  }
}
