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
    // A step ends when its request is decided, so there is none to withdraw, except at the same time: see `possibleModels`.
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
export function possibleModels(
  model: Model,
  steps: readonly Step[],
  answers: readonly string[],
  batch: readonly Step[] = steps,
): Model[] {
  if (steps.length === 0) return [model]
  return steps.flatMap((first, i) => {
    const outcome = step(model, first)
    if (outcome.response !== answers[i]) return []
    const after = [outcome.model]
    if (mayWithdraw(first, batch)) after.push(step(model, { ...first, command: 'unfollow' }).model)
    return after.flatMap((next) =>
      possibleModels(next, steps.toSpliced(i, 1), answers.toSpliced(i, 1), batch),
    )
  })
}

/** Whether the step may meet the request of a follow that runs at the same time, before its decision. */
function mayWithdraw({ actor, command, other }: Step, batch: readonly Step[]): boolean {
  return (
    command === 'cancelFollowRequest' &&
    batch.some((each) => each.command === 'follow' && each.actor === actor && each.other === other)
  )
}
