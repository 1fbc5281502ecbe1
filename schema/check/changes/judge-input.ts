import { CriticalityLevel, type Change as InspectorChange } from '@graphql-inspector/core'
import { isInputObjectType, isRequiredArgument, isRequiredInputField } from 'graphql'
import type { GraphQLArgument, GraphQLInputField, GraphQLSchema } from 'graphql'
import type { Opinion, Schemas } from './api-judgement.ts'
import { fieldAt } from './judge-field.ts'

/** Changes of arguments and of fields of input objects. Null for other changes. */
export function judgeInput(change: InspectorChange, schemas: Schemas): Opinion {
  switch (change.type) {
    case 'FIELD_ARGUMENT_ADDED':
      return change.criticality.level === CriticalityLevel.Breaking
        ? { code: 'REQUIRED_ARGUMENT_ADDED', effect: { coordinates: [field(change)], breaks: 'invalid' } }
        : null
    case 'FIELD_ARGUMENT_TYPE_CHANGED':
    case 'FIELD_ARGUMENT_DEFAULT_CHANGED':
      return judgeArgument(change, schemas)
    case 'INPUT_FIELD_ADDED':
      return change.criticality.level === CriticalityLevel.Breaking
        ? { code: 'REQUIRED_INPUT_FIELD_ADDED', effect: { coordinates: [type(change)], breaks: 'all' } }
        : null
    case 'INPUT_FIELD_TYPE_CHANGED':
    case 'INPUT_FIELD_DEFAULT_VALUE_CHANGED':
      return judgeInputField(change, schemas)
    default:
      return null
  }
}

/** An argument that gets `!`, or that has `!` and loses its default value, must now be given. */
function judgeArgument(change: InspectorChange, { base, head }: Schemas): Opinion {
  const [before, after] = [argumentAt(base, change), argumentAt(head, change)]
  if (!before || !after) return null
  const wanted = change.type.includes('DEFAULT') ? null : String(after.type)
  if (isRequiredArgument(after) && !isRequiredArgument(before))
    return {
      code: 'ARGUMENT_REQUIRED',
      level: 'breaking',
      wanted,
      effect: { coordinates: [field(change)], breaks: 'invalid' },
    }
  const coordinate = `${field(change)}(${after.name}:)`
  return { wanted, effect: { coordinates: [coordinate], breaks: 'invalid' } }
}

function judgeInputField(change: InspectorChange, { base, head }: Schemas): Opinion {
  const [before, after] = [inputFieldAt(base, change), inputFieldAt(head, change)]
  if (!before || !after) return null
  const wanted = change.type.includes('DEFAULT') ? null : String(after.type)
  if (isRequiredInputField(after) && !isRequiredInputField(before))
    return {
      code: 'INPUT_FIELD_REQUIRED',
      level: 'breaking',
      wanted,
      effect: { coordinates: [type(change)], breaks: 'invalid' },
    }
  return { wanted, effect: { coordinates: [change.path ?? ''], breaks: 'invalid' } }
}

function argumentAt(schema: GraphQLSchema, change: InspectorChange): GraphQLArgument | undefined {
  const name = change.path?.split('.')[2]
  return fieldAt(schema, field(change))?.args.find((argument) => argument.name === name)
}

function inputFieldAt(schema: GraphQLSchema, change: InspectorChange): GraphQLInputField | undefined {
  const input = schema.getType(type(change))
  return isInputObjectType(input) ? input.getFields()[change.path?.split('.')[1] ?? ''] : undefined
}

const type = ({ path = '' }: InspectorChange): string => path.split('.')[0] ?? ''
const field = ({ path = '' }: InspectorChange): string => path.split('.').slice(0, 2).join('.')
