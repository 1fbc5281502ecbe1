import type { Random } from './random.ts'

const SCALARS = ['Int', 'String', 'Boolean', 'Color'] as const
const COMPOSITES = ['ref', 'refs', 'any', 'anys', 'value'] as const
type FieldKind = (typeof SCALARS)[number] | (typeof COMPOSITES)[number]

/** A field of another subgraph that a value depends on, with its argument; `d`: of the value type in it, too. */
export type RequiredModel = { name: string; n: number | null; d: number | null }

export type FieldModel = {
  name: string
  /** `ref(s)`: entities of `target`; `any(s)`: of any type, by the union; `value`: the shared value type. */
  kind: FieldKind
  target: string
  nonNull: boolean
  /** Has an argument `n: Int = 3`, which the value depends on. */
  argument: boolean
  /** Subgraphs that resolve it. */
  owners: string[]
  /** Throws for some entities. */
  throws: boolean
  requires: RequiredModel[]
  /** A field of the target that comes along with it. */
  provides: string | null
  /** Comes along with some reference. */
  isProvided: boolean
  /** A subgraph that resolves it too, wrongly, and is overridden. */
  overrides: string | null
  /** Clients do not see it; other fields may require it. */
  hidden: boolean
}

export function isComposite({ kind }: FieldModel): boolean {
  return COMPOSITES.some((composite) => composite === kind)
}

export function makeField(
  random: Random,
  subgraphs: readonly string[],
  types: readonly string[],
  earlier: readonly FieldModel[],
): FieldModel {
  const kind = random.pick([...SCALARS, 'String', ...COMPOSITES, 'ref', 'refs'] as const)
  const owner = random.pick(subgraphs)
  const owners = random.chance(20) ? [...new Set([owner, random.pick(subgraphs)])] : [owner]
  const scalar = SCALARS.some((name) => name === kind)
  const requires = scalar && owners.length === 1 ? makeRequires(random, owner, earlier) : []
  const single = owners.length === 1 && requires.length === 0
  const others = subgraphs.filter((subgraph) => subgraph !== owner)
  return {
    name: `f${earlier.length}`,
    kind,
    target: random.pick(types),
    nonNull: random.chance(35),
    argument: random.chance(35),
    owners,
    throws: random.chance(6) && requires.length === 0,
    requires,
    provides: null,
    isProvided: false,
    overrides: single && others.length > 0 && random.chance(8) ? random.pick(others) : null,
    hidden: single && scalar && random.chance(8),
  }
}

/** At times the same fields as an earlier field, with other arguments. */
function makeRequires(random: Random, owner: string, earlier: readonly FieldModel[]): RequiredModel[] {
  const alike = earlier.filter(({ requires, owners }) => requires.length > 0 && owners.includes(owner))
  if (alike.length > 0 && random.chance(50)) {
    return random.pick(alike).requires.map(({ name, n, d }) => ({
      name,
      n: n === null ? null : random.int(3),
      d: d === null ? null : random.int(3),
    }))
  }
  const candidates = earlier.filter((field) => canBeRequired(field) && !field.owners.includes(owner))
  if (candidates.length === 0 || !random.chance(60)) return []
  const chosen = new Set(Array.from({ length: 1 + random.int(2) }, () => random.pick(candidates)))
  return [...chosen].map(({ name, argument, kind }) => ({
    name,
    n: argument && random.chance(80) ? random.int(3) : null,
    d: kind === 'value' ? random.int(3) : null,
  }))
}

/** Plain enough that a plain schema, in which nothing is fetched in between, means the same by it. */
export function canBeRequired({ kind, requires, throws, nonNull, owners, overrides }: FieldModel): boolean {
  const plain = kind === 'Int' || kind === 'String' || kind === 'Boolean' || kind === 'value'
  return plain && requires.length === 0 && !throws && !nonNull && owners.length === 1 && !overrides
}
