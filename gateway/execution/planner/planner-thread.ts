import { GraphQLError } from 'graphql'
import { parentPort, workerData } from 'node:worker_threads'
import { loadApolloPlanner } from './apollo-planner.ts'
import type { PlanFailure, PlanRequest, WorkerData, WorkerMessage } from './worker-protocol.ts'

/** The planner thread. It loads its supergraph once, then plans one operation after the other. */
const { supergraphSdl, withText } = workerData as WorkerData
const planner = load()

if (planner) {
  parentPort?.on('message', ({ id, operation, operationName, labels }: PlanRequest) => {
    try {
      send({ kind: 'planned', id, planned: planner.plan(operation, operationName, withText, labels) })
    } catch (error) {
      send({ kind: 'failed', id, failure: failureOf(error) })
    }
  })
}

function failureOf(error: unknown): PlanFailure {
  if (!(error instanceof GraphQLError)) {
    return { message: error instanceof Error ? error.message : String(error), expected: false }
  }
  const { code } = error.extensions
  return { message: error.message, expected: true, ...(typeof code === 'string' && { code }) }
}

function load() {
  try {
    const loading = loadApolloPlanner(supergraphSdl)
    send({ kind: 'loaded', supergraph: loading.loaded })
    return loading
  } catch (error) {
    send({ kind: 'refused', message: error instanceof Error ? error.message : String(error) })
    return null
  }
}

function send(message: WorkerMessage): void {
  // A plan contains class instances where its type has plain objects. As JSON it matches its type.
  parentPort?.postMessage(JSON.stringify(message))
}
