import type { Change } from '../changes/change.ts'
import { parseCoordinate } from '../changes/coordinates.ts'
import type { KnownOperation } from './known-operation.ts'

/**
 * How a breaking change affects an operation, for a person: the error it would get, or what it uses. Null if it does not.
 *
 * The coordinates are the index. What is in the text is judged by validation where the text alone decides; what is in
 * variables cannot be validated, so its use counts.
 */
export function affects({ effect }: Change, operation: KnownOperation): string | null {
  for (const coordinate of effect.coordinates) {
    const sent = operation.inVariables(coordinate)
    if (sent !== null) return `\`${coordinate}\` ${sent}`
  }
  const used = effect.coordinates.find((coordinate) => operation.inText.has(coordinate))
  if (used === undefined) return null
  const { type, member, argument } = parseCoordinate(used)
  const failures = operation.failures()
  const failure = failures.find((message) => message.includes(`"${argument ?? member ?? type}"`))
  if (effect.breaks === 'all') return failure ?? `uses \`${used}\``
  return failure ?? failures[0] ?? null
}
