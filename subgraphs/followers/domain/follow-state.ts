import type { Relation } from './relation.ts'

/** The values of `FollowState` in the API. */
export type FollowState = 'NONE' | 'REQUESTED' | 'FOLLOWING'

export function followStateOf(follows: boolean, requested: boolean): FollowState {
  if (follows) return 'FOLLOWING'
  return requested ? 'REQUESTED' : 'NONE'
}

export function followState({ request, follow }: Relation): FollowState {
  return followStateOf(follow !== null, request !== null)
}
