import { CriticalityLevel, type Change as InspectorChange } from '@graphql-inspector/core'
import { print } from 'graphql'
import type { ApiJudgement, Schemas } from './api-judgement.ts'
import { NO_EFFECT, type Effect } from './change.ts'
import { DEFAULT, TYPE } from './origin.ts'
import { judgeField } from './judge-field.ts'
import { judgeInput } from './judge-input.ts'
import { judgeType } from './judge-type.ts'
import { judgeDirective } from './judge-directive.ts'

const LEVELS = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
} as const

export function judgeApiChange(change: InspectorChange, schemas: Schemas): ApiJudgement {
  const opinion =
    judgeField(change, schemas) ??
    judgeInput(change, schemas) ??
    judgeType(change, schemas) ??
    judgeDirective(change, schemas)
  const coordinate = opinion?.coordinate ?? coordinateOf(change)
  const level = opinion?.level ?? LEVELS[change.criticality.level]
  const all: Effect = { coordinates: coordinate === null ? [] : [coordinate], breaks: 'all' }
  const type: string = change.type
  return {
    code: type,
    removes: type.endsWith('_REMOVED') && !type.startsWith('DIRECTIVE_USAGE'),
    aspect: type.includes('DEFAULT') ? DEFAULT : type.endsWith('TYPE_CHANGED') ? TYPE : print,
    wanted: null,
    ...opinion,
    coordinate,
    level,
    effect: level === 'breaking' ? (opinion?.effect ?? all) : NO_EFFECT,
  }
}

/** The inspector's paths are `User.bio`, `Query.user.handle` (an argument), `@cached.ttl` and `User.bio.@deprecated`. */
function coordinateOf({ path }: InspectorChange): string | null {
  if (!path) return null
  const [type = '', member, argument] = path.split('.').filter((part, i) => i === 0 || !part.startsWith('@'))
  if (type.startsWith('@')) return member ? `${type}(${member}:)` : type
  return argument ? `${type}.${member}(${argument}:)` : member ? `${type}.${member}` : type
}
