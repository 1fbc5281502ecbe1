import type { PlannerSupergraph, Planned } from './planner.ts'

/** The thread's `workerData`. */
export type WorkerData = { supergraphSdl: string; withText: boolean }

export type PlanRequest = {
  id: number
  operation: string
  operationName: string | undefined
  labels: readonly string[] | undefined
}

/** An error in the form that is sent between threads. If it is `expected`, the client may see it. */
export type PlanFailure = { message: string; expected: boolean; code?: string }

export type WorkerMessage =
  | { kind: 'loaded'; supergraph: PlannerSupergraph }
  | { kind: 'refused'; message: string }
  | { kind: 'planned'; id: number; planned: Planned }
  | { kind: 'failed'; id: number; failure: PlanFailure }
