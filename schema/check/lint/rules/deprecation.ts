import { Kind, type ConstDirectiveNode } from 'graphql'
import { type SubgraphModel } from '../model.ts'
import { everyType, type Rule, type Schema } from '../rule.ts'

const DATE = /\b(\d{4}-\d{2}-\d{2})\b/
/** A name in backticks, or the statement that there is none. */
const REPLACEMENT = /`[^`]+`|\bno replacement\b/i

export const deprecation: Rule = {
  about: '`@deprecated` has a reason that names a replacement and the date of the removal.',
  *check(schema) {
    for (const { subgraph, coordinate, node } of deprecationsOf(schema)) {
      const reason = reasonOf(node)
      const missing = [
        ...(REPLACEMENT.test(reason) ? [] : ['replacement']),
        ...(removalOf(reason) === null ? ['removal date'] : []),
      ]
      if (missing.length === 0) continue
      const message = `The reason of the deprecation of ${coordinate} names no ${missing.join(' and no ')}: ${JSON.stringify(reason)}.`
      const remedy = 'Write for example "Use `newName`. Removed after 2030-01-31.", or "No replacement. …".'
      yield { node, coordinate, subgraph: subgraph.name, message, remedy }
    }
  },
}

export const overdueRemoval: Rule = {
  about: 'What is deprecated is removed at its date.',
  *check(schema) {
    for (const { subgraph, coordinate, node } of deprecationsOf(schema)) {
      const date = removalOf(reasonOf(node))
      if (date === null || date >= schema.today) continue
      const message = `${coordinate} was to be removed by ${date}, according to its deprecation.`
      const remedy = 'Remove it if no client uses it, or write a later date in the reason.'
      yield { node, coordinate, subgraph: subgraph.name, message, remedy }
    }
  },
}

type Deprecated = { subgraph: SubgraphModel; coordinate: string; node: ConstDirectiveNode }
type Annotated = { directives?: readonly ConstDirectiveNode[] | undefined }

function* deprecationsOf(schema: Schema): Generator<Deprecated> {
  for (const { subgraph, type } of everyType(schema)) {
    const found = function* (coordinate: string, { directives = [] }: Annotated): Generator<Deprecated> {
      for (const node of directives)
        if (node.name.value === 'deprecated') yield { subgraph, coordinate, node }
    }
    for (const field of type.fields.values()) {
      const coordinate = `${type.name}.${field.name.value}`
      yield* found(coordinate, field)
      for (const argument of field.arguments ?? [])
        yield* found(`${coordinate}(${argument.name.value}:)`, argument)
    }
    for (const part of [...type.inputFields, ...type.values])
      yield* found(`${type.name}.${part.name.value}`, part)
  }
}

function reasonOf({ arguments: args = [] }: ConstDirectiveNode): string {
  const value = args.find(({ name }) => name.value === 'reason')?.value
  return value?.kind === Kind.STRING ? value.value : ''
}

/** The first date in a text, as `YYYY-MM-DD`. Null if there is none, or if it is not in the calendar. */
function removalOf(reason: string): string | null {
  const date = DATE.exec(reason)?.[1]
  return date !== undefined && isDate(date) ? date : null
}

/** Whether a text is a date of the calendar, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN)
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text)
}
