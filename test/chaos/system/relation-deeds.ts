import type { Service } from '../../../contracts/topology.ts'
import type { Deed, World } from './deed.ts'
import type { Person } from './people.ts'

/** What users do to each other whose relations both change, with the database that decides it. */
const RELATION_DEEDS: readonly (readonly [kind: string, database: Service, weight: number])[] = [
  ['follow', 'followers', 30],
  ['unfollow', 'followers', 18],
  ['cancelFollowRequest', 'followers', 8],
  ['removeFollower', 'followers', 8],
  ['approveFollow', 'users', 24],
  ['declineFollow', 'users', 9],
  ['block', 'followers', 8],
  ['unblock', 'followers', 10],
]

/** Whether both users change the relation between them, so that neither knows what it is. */
export function isShared(one: Person, other: Person): boolean {
  return one.sharing && other.sharing && one !== other
}

/** A user whom a user may follow. Nobody removes, blocks or keeps waiting a user who knows what their follows are. */
export function pickOther({ people }: World, person: Person): Person | null {
  const sharing = person.sharing && person.random.chance(0.7)
  const others = people.filter((other) => other !== person && other.sharing === sharing)
  return others.length > 0 ? person.random.pick(others) : null
}

/** Nobody knows what changes, so only the tables are checked in the end. */
export function changeRelation(person: Person, other: Person): Deed {
  if (person.random.chance(0.25)) return setApproval(person)
  const asking = [...person.asking]
  if (asking.length > 0 && person.random.chance(0.5)) return answer(person, person.random.pick(asking))
  let at = person.random.below(RELATION_DEEDS.reduce((sum, [, , weight]) => sum + weight, 0))
  const [kind, database] = RELATION_DEEDS.find(([, , weight]) => (at -= weight) < 0) ?? [
    'follow',
    'followers',
  ]
  const isOfOther = ['removeFollower', 'approveFollow', 'declineFollow'].includes(kind)
  const [follower, followee] = isOfOther ? [other, person] : [person, other]
  return {
    kind,
    database,
    thing: `${follower.id}>${followee.id}`,
    input: { userId: other.id },
    sure: false,
    settle(_, payload) {
      if (payload?.['followState'] === 'REQUESTED') other.asking.add(person)
    },
  }
}

/** Decides a request that may still wait. */
function answer(person: Person, asking: Person): Deed {
  person.asking.delete(asking)
  return {
    kind: person.random.chance(0.7) ? 'approveFollow' : 'declineFollow',
    database: 'users',
    thing: `${asking.id}>${person.id}`,
    input: { userId: asking.id },
    sure: false,
    settle() {},
  }
}

export function setApproval(person: Person): Deed {
  return {
    kind: 'updateProfile',
    database: 'users',
    thing: person.id,
    input: { approvesFollowers: person.random.chance(0.7) },
    // The user may have this setting already.
    sure: false,
    settle() {},
  }
}
