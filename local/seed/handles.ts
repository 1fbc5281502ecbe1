import { FIRST_NAMES, LAST_NAMES } from './names.ts'
import { NAMED_USERS } from './named-users.ts'
import { createRandom } from './random.ts'

/** Handle and name of each user, by user number. Handles are unique and match `[a-z][a-z0-9_]{2,29}`. */
export type Names = { handle(user: number): string; name(user: number): string }

/** Ids of the users in an edge list, in the order of their first appearance. */
export type Labels = readonly (number | string)[]

const HANDLE = /^[a-z][a-z0-9_]{2,29}$/
const COMBINATIONS = FIRST_NAMES.length * LAST_NAMES.length
/** Coprime to the number of combinations (see the test), so its multiples reach every combination once. */
const STRIDE = 7_919

/**
 * Names for generated users. Nothing is stored: the user number determines a combination of first and last name. After
 * all combinations are used, a number is appended: `mia_lopez`, `mia_lopez2`, …
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
 * Handles and names for the users of an edge list, after the named users. Vertex 107 gets the handle `user_107`. A word
 * that is a valid handle is used as it is; any other word becomes `user_x<user number>`. Names are generated.
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

/** Converts to lower case without accents: `Zoë` → `zoe`. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}
