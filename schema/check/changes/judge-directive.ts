import { CriticalityLevel, type Change as InspectorChange } from '@graphql-inspector/core'
import { DirectiveLocation, type GraphQLDirective } from 'graphql'
import type { Opinion, Schemas } from './api-judgement.ts'

/** Where an operation may have a directive. */
const EXECUTABLE: ReadonlySet<string> = new Set([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
])

/** Changes of directives: only those that operations may have concern clients. Null for other changes. */
export function judgeDirective(
  { type, path = '', criticality }: InspectorChange,
  { base }: Schemas,
): Opinion {
  if (type.startsWith('DIRECTIVE_USAGE')) return { level: 'safe' }
  if (!type.startsWith('DIRECTIVE_')) return null
  const name = path.split('.')[0] ?? ''
  const directive = base.getDirective(name.slice(1))
  if (directive && !isExecutable(directive)) return { level: 'safe' }
  const effect = { coordinates: [name], breaks: 'invalid' as const }
  switch (type) {
    case 'DIRECTIVE_REPEATABLE_REMOVED':
      /** The inspector calls it dangerous, but an operation that repeats the directive is no longer valid. */
      return { level: 'breaking', removes: false, effect }
    case 'DIRECTIVE_LOCATION_REMOVED':
      return { removes: false, effect }
    case 'DIRECTIVE_ARGUMENT_ADDED':
      return criticality.level === CriticalityLevel.Breaking
        ? { code: 'REQUIRED_DIRECTIVE_ARGUMENT_ADDED', effect }
        : { effect }
    default:
      return { effect }
  }
}

function isExecutable({ locations }: GraphQLDirective): boolean {
  return locations.some((location) => EXECUTABLE.has(location))
}
