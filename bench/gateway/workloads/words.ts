import type { Random } from '../../../local/seed/random.ts'

const WORDS = (
  'morning river letter window garden quiet market silver harbour paper orange kitchen summer ' +
  'bridge candle forest ticket yellow island winter'
).split(' ')

/** Returns random words. */
export function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(' ')
}
