import { FIRST_NAMES, LAST_NAMES } from './names.ts'
import { NAMED_USERS } from './named-users.ts'
import { createRandom } from './random.ts'

/** What a user is called, by the user's number. Handles are unique and match `[a-z][a-z0-9_]{2,29}`. */
export type Names = { handle(user: number): string; name(user: number): string }

/** What an edge list called its users, in the order in which they first appeared. */
export type Labels = readonly (number | string)[]

const HANDLE = /^[a-z][a-z0-9_]{2,29}$/
const COMBINATIONS = FIRST_NAMES.length * LAST_NAMES.length
/** Prime to the number of combinations (see the test), so that its multiples meet every combination once. */
const STRIDE = 7_919

/**
 * Names for generated users. Nothing is stored: the number of a user leads to a combination of first and last name;
 * when all are used up, the next round gets a number: `mia_lopez`, `mia_lopez2`, …
 */
export function generatedNames(seed: number): Names {
  const start = createRandom(seed, 'names').below(COMBINATIONS)
  const person = (user: number) => {
    const combination = (start + user * STRIDE) % COMBINATIONS
    const first = FIRST_NAMES[combination % FIRST_NAMES.length] ?? ''
    const last = LAST_NAMES[Math.floor(combination / FIRST_NAMES.length)] ?? ''
    return { first, last, round: Math.floor(user / COMBINATIONS) + 1 }
  }
  return {
    handle(user) {
      const named = NAMED_USERS[user]
      if (named) return named.handle
      const { first, last, round } = person(user)
      return `${plain(first)}_${plain(last)}${round > 1 ? round : ''}`
    },
    name(user) {
      const named = NAMED_USERS[user]
      if (named) return named.name
      const { first, last } = person(user)
      return `${first} ${last}`
    },
  }
}

/**
 * Names for the users of an edge list, after the named ones: vertex 107 is `user_107`, a word that can be a handle
 * is one, any other word becomes `user_x<number of the user>`. Names are generated.
 */
export function labelledNames(labels: Labels, seed: number): Names {
  const generated = generatedNames(seed)
  const taken = new Set<string>(NAMED_USERS.map(({ handle }) => handle))
  const handles = labels.map((label, i) => {
    const handle = String(label).toLowerCase()
    const isNumber = /^\d+$/.test(handle)
    if (isNumber && handle.length <= 25) return `user_${handle}`
    if (isNumber || !HANDLE.test(handle) || handle.startsWith('user_') || taken.has(handle)) {
      return `user_x${i + NAMED_USERS.length}`
    }
    taken.add(handle)
    return handle
  })
  return {
    handle: (user) => handles[user - NAMED_USERS.length] ?? generated.handle(user),
    name: generated.name,
  }
}

/** `Zoë` → `zoe`: lower case without accents. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}
