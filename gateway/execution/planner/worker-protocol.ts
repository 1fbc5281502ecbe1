import type { LoadedSupergraph, Planned } from './planner.ts'

/** What the thread is started with. */
export type WorkerData = { supergraphSdl: string; withText: boolean }

export type PlanRequest = {
  id: number
  operation: string
  operationName: string | undefined
  labels: readonly string[] | undefined
}

/** An error crosses the thread boundary as its message; those meant for the client are `expected`, and some have a code. */
export type PlanFailure = { message: string; expected: boolean; code?: string }

export type WorkerMessage =
  | { kind: 'loaded'; supergraph: LoadedSupergraph }
  | { kind: 'refused'; message: string }
  | { kind: 'planned'; id: number; planned: Planned }
  | { kind: 'failed'; id: number; failure: PlanFailure }
