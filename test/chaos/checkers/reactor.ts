/** What was asked of a reactor, and what it did. */
export type ReactorHistory = {
  /** The requests, in the order in which they were asked. `withdrawn`: before the reactor could have decided them. */
  asked: readonly { id: string; key: string; withdrawn: boolean }[]
  /** What it has done, in order: `accepted a1`, `open wait1`, `withdrawn wait1`, `again a1`. */
  effects: readonly string[]
  /** What it has stored as outcomes. */
  outcomes: readonly { id: string; outcome: string }[]
}

type ReactorChecker = (history: ReactorHistory) => string[]

const decisionsOf = ({ effects }: ReactorHistory) =>
  effects.map((what) => what.split(' ')).filter(([what]) => what === 'accepted' || what === 'withdrawn')

/** A request is decided once, and its outcome is stored together with the effects of the decision. */
const once: ReactorChecker = (history) => {
  const decisions = Map.groupBy(decisionsOf(history), ([, id]) => id)
  const outcomes = new Map(history.outcomes.map(({ id, outcome }) => [id, outcome]))
  return history.asked.flatMap(({ id }) => {
    const made = (decisions.get(id) ?? []).map(([what]) => what)
    if (made.length > 1) return [`${id} was decided ${made.length} times: ${made.join(', ')}`]
    const outcome = outcomes.get(id)
    return outcome === made[0] ? [] : [`${id} has the outcome ${outcome}, and its effect was ${made[0]}`]
  })
}

/** Every request that was not withdrawn is taken up. */
const takenUp: ReactorChecker = ({ asked, effects }) =>
  asked
    .filter(({ id, withdrawn }) => !withdrawn && !effects.some((what) => what.endsWith(` ${id}`)))
    .map(({ id }) => `${id} was never taken up`)

/** A request that was withdrawn before it could be decided is not accepted. */
const withdrawn: ReactorChecker = (history) =>
  decisionsOf(history).flatMap(([what, id]) =>
    what === 'accepted' && history.asked.some((request) => request.id === id && request.withdrawn)
      ? [`${id} was withdrawn, and accepted`]
      : [],
  )

/** Requests of one key are taken up in the order in which they were asked. */
const order: ReactorChecker = ({ asked, effects }) => {
  const firstOf = (id: string) => effects.findIndex((what) => what.endsWith(` ${id}`))
  return asked.flatMap(({ id, key }, i) => {
    const before = asked.slice(0, i).find((other) => other.key === key && firstOf(other.id) > firstOf(id))
    return before && firstOf(id) >= 0 ? [`${key}: ${id} was taken up before ${before.id}`] : []
  })
}

export const REACTOR_CHECKERS = {
  'each request decided once, with its outcome': once,
  'each request taken up': takenUp,
  'no withdrawn request accepted': withdrawn,
  'order of each key': order,
} satisfies Record<string, ReactorChecker>

export type ReactorCheckerName = keyof typeof REACTOR_CHECKERS
