/** The users that every seed contains, in the order of their numbers, starting at 0. */
export const NAMED_USERS = [
  { handle: 'alice', name: 'Alice Liddell', bio: 'Curious. Falls down rabbit holes, takes notes.' },
  { handle: 'bob', name: 'Bob Marsh', bio: 'Bread on weekends, bridges on weekdays.' },
  { handle: 'carol', name: 'Carol Danek', bio: 'Choir, chess and long train rides.' },
  { handle: 'dan', name: 'Dan Okafor', bio: 'Repairs radios. Slow to answer letters.' },
  { handle: 'celeste', name: 'Celeste Aubry', bio: 'Singer. On tour, again.' },
] as const

/** The first four named users are friends: each follows the other three. */
export const FRIENDS = 4

/** Number of the user whom a third of all users follow. */
export const CELEBRITY = NAMED_USERS.length - 1
