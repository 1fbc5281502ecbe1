import type { LoadedSupergraph, Planned } from './planner.ts'

/** What the thread is started with. */
export type WorkerData = { supergraphSdl: string; withText: boolean }

export type PlanRequest = {
  id: number
  operation: string
  operationName: string | undefined
  labels: readonly string[] | undefined
}

/** An error crosses the thread boundary as its message; `expected` ones are meant for the client. */
export type PlanFailure = { message: string; expected: boolean }

export type WorkerMessage =
  | { kind: 'loaded'; supergraph: LoadedSupergraph }
  | { kind: 'refused'; message: string }
  | { kind: 'planned'; id: number; planned: Planned }
  | { kind: 'failed'; id: number; failure: PlanFailure }
