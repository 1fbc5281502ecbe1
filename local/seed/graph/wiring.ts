import type { Random } from '../random.ts'
import { createPairSet, type PairSet } from './pair-set.ts'

/**
 * The circles in which people meet. All people stand on a line. `share` of all acquaintances are made within about
 * `reach` places on either side. A narrow circle closes triangles; the unlimited one makes the world small. The values
 * were fitted by measurement to a clustering (transitivity) near 0.2, see `graph.test.ts`.
 */
const CIRCLES: readonly { share: number; reach: number }[] = [
  { share: 0.3, reach: 40 },
  { share: 0.67, reach: 110 },
  { share: 0.03, reach: Infinity },
]

/** Maximum number of rounds that join the remaining stubs, which met themselves or an existing acquaintance. */
const ROUNDS = 12

/**
 * Wires a graph with the given degrees: a configuration model in which partners are near each other. Each user has one
 * stub per acquaintance. Each stub gets the place of its owner on the line, plus noise as wide as its circle. Stubs
 * that are neighbours in that order are joined. Stubs that can't be joined are mixed again, over a distance that
 * doubles each round; the few stubs that remain are dropped. The time is linear in the number of edges, except for one
 * sort.
 *
 * @param degrees degree of each user; the user's number is also the place on the line
 * @param visit called once for each undirected edge, in an order that depends only on `random`
 * @returns the edges, each as (smaller, larger)
 */
export function wire(degrees: Uint32Array, random: Random, visit: (a: number, b: number) => void): PairSet {
  const stubs = degrees.reduce((total, degree) => total + degree, 0)
  const known = createPairSet(stubs / 2)
  const join = (a: number, b: number) => {
    if (a === b || !known.add(Math.min(a, b), Math.max(a, b))) return false
    visit(a, b)
    return true
  }
  const circles = divide(degrees, stubs, random)
  let rest: number[] = []
  for (const [i, { reach }] of CIRCLES.entries()) {
    rest = rest.concat(joinNeighbours(circles[i] ?? new Uint32Array(), reach, degrees.length, random, join))
  }
  let reach = 300
  for (let round = 0; round < ROUNDS && rest.length > 1; round++) {
    rest = joinNeighbours(Uint32Array.from(rest), reach, degrees.length, random, join)
    reach *= 2
  }
  return known
}

/** Assigns each stub to one of the circles. A stub is the number of its owner. */
function divide(degrees: Uint32Array, stubs: number, random: Random): Uint32Array[] {
  const circleOf = new Uint8Array(stubs)
  const sizes = CIRCLES.map(() => 0)
  for (let stub = 0; stub < stubs; stub++) {
    const circle = pickCircle(random.float())
    circleOf[stub] = circle
    sizes[circle] = (sizes[circle] ?? 0) + 1
  }
  const circles = sizes.map((size) => new Uint32Array(size))
  const filled = CIRCLES.map(() => 0)
  let stub = 0
  for (const [user, degree] of degrees.entries()) {
    for (const end = stub + degree; stub < end; stub++) {
      const circle = circleOf[stub] ?? 0
      const place = filled[circle] ?? 0
      const owners = circles[circle]
      if (owners) owners[place] = user
      filled[circle] = place + 1
    }
  }
  return circles
}

function pickCircle(share: number): number {
  let rest = share
  const circle = CIRCLES.findIndex((candidate) => (rest -= candidate.share) < 0)
  return circle < 0 ? CIRCLES.length - 1 : circle
}

/** Moves each stub by up to `reach`, then joins neighbouring stubs. Returns the stubs that could not be joined. */
function joinNeighbours(
  stubs: Uint32Array,
  reach: number,
  users: number,
  random: Random,
  join: (a: number, b: number) => boolean,
): number[] {
  const width = Math.min(reach, users)
  const moved = Float64Array.from(stubs, (user) => {
    const place = user + (random.float() * 2 - 1) * width + width
    return Math.floor(place * 16) * 2 ** 26 + user
  }).toSorted()
  const rest: number[] = []
  for (let i = 0; i + 1 < moved.length; i += 2) {
    const [a, b] = [(moved[i] ?? 0) % 2 ** 26, (moved[i + 1] ?? 0) % 2 ** 26]
    if (!join(a, b)) rest.push(a, b)
  }
  if (moved.length % 2 === 1) rest.push((moved.at(-1) ?? 0) % 2 ** 26)
  return rest
}
