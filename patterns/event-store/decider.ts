/**
 * The rules of one kind of streams. Both functions are pure: time is an argument, ids are in the command.
 *
 * `decide` returns the events that the command causes, none if it changes nothing, or why it is refused.
 */
export type Decider<State, Command, Event, Failure> = {
  initial: State
  evolve(state: State, event: Event): State
  decide(state: State, command: Command, now: Date): Event[] | Failure
}

/** The state after these events. */
export function fold<State, Event>(
  { initial, evolve }: { initial: State; evolve(state: State, event: Event): State },
  events: readonly Event[],
): State {
  let state = initial
  for (const event of events) state = evolve(state, event)
  return state
}
