import { checkEvent } from '../../../contracts/events.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import {
  insertEvents,
  MAX_TOUCHES,
  takeRequests,
  type Handler,
  type TakenRequest,
} from '../../../patterns/change-log/index.ts'
import {
  decided,
  decideRequest,
  keyOf,
  requestsChanged,
  waits,
  type Decision,
  type FollowRequest,
} from '../domain/follow-request.ts'
import { decideOnce, deleteWaiting, insertWaiting, lockApprovals, NAME, outcomeOf } from './request-store.ts'
import { readStep, VERSIONS, type Step } from './request-steps.ts'

/**
 * Decides the requests of followers. Law: a request is decided once, by the setting that its followee has at that time. A
 * request that comes again gets its decision again. A request that followers has ended is never decided afterwards.
 */
export const requestEvents: Handler = {
  versions: VERSIONS,
  async apply(tx, events) {
    const steps = events.map(readStep).filter((step) => step !== null)
    const asked = steps.filter((step) => step.kind === 'asked')
    const approvals = await lockApprovals(tx, [...new Set(asked.map(({ request }) => request.followeeId))])
    const before = await takeRequests(
      tx,
      NAME,
      asked.map(({ request }) => ({ id: request.id, key: keyOf(request) })),
    )
    const made = await decideOnce(tx, decisionsOf(steps, approvals, before))
    const arrived = await insertWaiting(
      tx,
      asked.filter(
        ({ request }) =>
          !outcomeOf(before.get(request.id)) &&
          decideRequest(approvals.get(request.followeeId) ?? null) === null,
      ),
    )
    const ended = await deleteWaiting(tx, made)
    await insertEvents(
      tx,
      [...arrived.map(waits), ...answersTo(steps, made, before), ...changesOf(ended)],
      checkEvent,
    )
  },
}

type Decided = { step: Step; request: FollowRequest; decision: Decision }

/** The decisions that the steps bring, in order. A request that waits, or that was decided before, brings none. */
function decisionsOf(
  steps: readonly Step[],
  approvals: ReadonlyMap<Uuid, boolean>,
  before: ReadonlyMap<string, TakenRequest>,
): Decided[] {
  return steps.flatMap((step): Decided[] => {
    const { request } = step
    if (step.kind === 'ended') return [{ step, request, decision: step.decision }]
    if (outcomeOf(before.get(request.id))) return []
    const decision = decideRequest(approvals.get(request.followeeId) ?? null)
    return decision === null ? [] : [{ step, request, decision }]
  })
}

/** The events for followers: the new decisions, and those about requests that came again. */
function answersTo(
  steps: readonly Step[],
  made: readonly Decided[],
  before: ReadonlyMap<string, TakenRequest>,
) {
  const decisions = new Map(made.map(({ step, decision }) => [step, decision]))
  return steps.flatMap((step) => {
    if (step.kind === 'ended') return []
    const decision = decisions.get(step) ?? outcomeOf(before.get(step.request.id))?.decision
    return decision ? [decided(step.request, decision)] : []
  })
}

/** Several events rather than one with too many facets, which would touch the whole database. */
function changesOf(followees: readonly Uuid[]) {
  const all = [...new Set(followees)]
  return Array.from({ length: Math.ceil(all.length / MAX_TOUCHES) }, (_, i) =>
    requestsChanged(all.slice(i * MAX_TOUCHES, (i + 1) * MAX_TOUCHES)),
  )
}
