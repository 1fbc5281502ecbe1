import type { Command } from './api.ts'

/** What stands between people, for example `0 follows 3` and `3 blocks 0`. */
export type Model = ReadonlySet<string>
/** People are numbers. */
export type Step = { actor: number; command: Command; other: number }
export type Outcome = { model: Model; response: string }

/** What a command does and answers: the promise of the API, written as plainly as it can be. */
export function step(model: Model, { actor, command, other }: Step): Outcome {
  const success = `${command.slice(0, 1).toUpperCase()}${command.slice(1)}Success`
  if (actor === other) return { model, response: 'InvalidInput' }
  switch (command) {
    case 'follow':
      return model.has(`${actor} blocks ${other}`) || model.has(`${other} blocks ${actor}`)
        ? { model, response: 'Forbidden' }
        : { model: model.union(new Set([`${actor} follows ${other}`])), response: success }
    case 'unfollow':
      return { model: model.difference(new Set([`${actor} follows ${other}`])), response: success }
    // Each request is decided before its command returns, so there is none to withdraw.
    case 'cancelFollowRequest':
      return { model, response: success }
    case 'removeFollower':
      return { model: model.difference(new Set([`${other} follows ${actor}`])), response: success }
    case 'block': {
      const unfollowed = model.difference(new Set([`${actor} follows ${other}`, `${other} follows ${actor}`]))
      return { model: unfollowed.union(new Set([`${actor} blocks ${other}`])), response: success }
    }
    case 'unblock':
      return { model: model.difference(new Set([`${actor} blocks ${other}`])), response: success }
  }
}

/**
 * Every model in which steps that ran at the same time may have ended, given what they answered: those of some order
 * of the steps that gives each step its answer.
 */
export function possibleModels(model: Model, steps: readonly Step[], answers: readonly string[]): Model[] {
  if (steps.length === 0) return [model]
  return steps.flatMap((first, i) => {
    const outcome = step(model, first)
    if (outcome.response !== answers[i]) return []
    return possibleModels(outcome.model, steps.toSpliced(i, 1), answers.toSpliced(i, 1))
  })
}
