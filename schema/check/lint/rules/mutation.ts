import { Kind, print, type FieldDefinitionNode } from 'graphql'
import { namedTypeOf, type SubgraphModel, type TypeModel } from '../model.ts'
import { findType, type Rule, type Schema, type Violation } from '../rule.ts'

const ERROR = 'UserError'

export const mutationInput: Rule = {
  about: 'A mutation takes one argument, `input`.',
  *check(schema) {
    for (const { subgraph, field, coordinate } of mutationsOf(schema)) {
      const { arguments: args = [] } = field
      const [input] = args
      const type = input && findType(schema, namedTypeOf(input.type), subgraph)
      const right =
        args.length === 1 &&
        input?.name.value === 'input' &&
        input.type.kind === Kind.NON_NULL_TYPE &&
        type?.kind === 'input'
      if (right) continue
      const given = args.map((argument) => `${argument.name.value}: ${print(argument.type)}`).join(', ')
      const message = `${coordinate} takes (${given}), not one required \`input\` of an input type.`
      const remedy = `Use \`${field.name.value}(input: ${capital(field.name.value)}Input!)\`.`
      yield { node: field, coordinate, subgraph: subgraph.name, message, remedy }
    }
  },
}

export const mutationPayload: Rule = {
  about: `A mutation returns a union of one success type and of errors that implement ${ERROR}.`,
  *check(schema) {
    for (const { subgraph, field, coordinate } of mutationsOf(schema)) {
      const payload = findType(schema, namedTypeOf(field.type), subgraph)
      const message = faultOf(payload, field, subgraph, schema)
      if (message === null) continue
      const name = capital(field.name.value)
      const remedy = `Return \`union ${name}Payload = ${name}Success | …\`, whose other members implement ${ERROR}.`
      yield {
        node: field,
        coordinate,
        subgraph: subgraph.name,
        message: `${coordinate} ${message}`,
        remedy,
      } satisfies Violation
    }
  },
}

function faultOf(
  payload: TypeModel | undefined,
  field: FieldDefinitionNode,
  subgraph: SubgraphModel,
  schema: Schema,
): string | null {
  if (payload?.kind !== 'union') return `returns ${print(field.type)}, which is not a union.`
  const members = payload.members.map(({ name }) => findType(schema, name.value, subgraph))
  const successes = members.filter((member) => member && !member.interfaces.includes(ERROR))
  const names = successes.map((member) => member?.name).join(', ')
  if (successes.length === members.length)
    return `returns ${payload.name}, none of whose members implements ${ERROR}.`
  if (successes.length === 1) return null
  return successes.length === 0
    ? `returns ${payload.name}, which has no success: all its members implement ${ERROR}.`
    : `returns ${payload.name}, of which ${names} do not implement ${ERROR}. Only one may be the success.`
}

function* mutationsOf({ subgraphs }: Schema) {
  for (const subgraph of subgraphs) {
    for (const field of subgraph.types.get(subgraph.mutation)?.fields.values() ?? [])
      yield { subgraph, field, coordinate: `${subgraph.mutation}.${field.name.value}` }
  }
}

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
