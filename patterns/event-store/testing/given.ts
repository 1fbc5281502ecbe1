import { fold, type Decider } from '../decider.ts'

/**
 * For tests of deciders: `expect(given(decider, ...happened).when(command, now)).toEqual([event])`.
 *
 * @param events what happened before, in order
 * @returns `when`, which returns the events that the command causes, or why it is refused
 */
export function given<State, Command, Event, Failure>(
  decider: Decider<State, Command, Event, Failure>,
  ...events: readonly Event[]
): { when(command: Command, now?: Date): Event[] | Failure } {
  const state = fold(decider, events)
  return { when: (command, now = new Date(0)) => decider.decide(state, command, now) }
}
