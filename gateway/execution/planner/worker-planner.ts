import { GraphQLError } from 'graphql'
import { Worker } from 'node:worker_threads'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { Log } from '../../../platform/log.ts'
import type { PlannerSupergraph, Planned, Planner } from './planner.ts'
import type { PlanFailure, PlanRequest, WorkerData, WorkerMessage } from './worker-protocol.ts'

/** Timeout for planning one operation, including the wait for earlier operations. Milliseconds. */
const PLAN_TIMEOUT_MS = 20_000

/** The size of the thread's young generation, in MB. The larger one that Node is started with has no benefit for planning. */
const YOUNG_MB = 48

export type PlannerOptions = WorkerData & {
  log: Log
  /** Called for each thread when it starts. */
  onThread?: (thread: Worker) => void
}

type Waiting = PromiseWithResolvers<Planned> & { timer: NodeJS.Timeout }

/**
 * Plans in a separate thread, so that planning never blocks the event loop. A thread that dies or exceeds the timeout is
 * replaced immediately, and the operations sent to it fail.
 *
 * @throws UserFacingError if the supergraph cannot be loaded
 */
export async function startWorkerPlanner(options: PlannerOptions): Promise<Planner> {
  const { log, onThread, ...workerData } = options
  const start = () => startThread(workerData, onThread)
  let current = start()
  let disposed = false
  const { supergraph } = await current
  replaceWhenGone(current)

  function replaceWhenGone(thread: Promise<Thread>): void {
    thread
      .then(async ({ gone }) => replace(thread, await gone))
      .catch((error: unknown) => log.error({ err: error }, 'the planner thread did not start'))
  }

  /** Called wherever a dead thread is found. The first call starts the next thread. */
  function replace(dead: Promise<Thread>, reason: unknown): void {
    if (disposed || current !== dead) return
    log.error({ err: reason }, 'the planner thread is replaced')
    current = start()
    replaceWhenGone(current)
  }

  return {
    supergraph,
    async plan(operation, operationName, labels) {
      const asked = current
      try {
        return await (await asked).plan(operation, operationName, labels)
      } catch (error) {
        if (error instanceof ThreadGone || error instanceof UserFacingError) replace(asked, error)
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      const last = await current.catch(() => null)
      await last?.stop()
    },
  }
}

function errorOf({ message, expected, code }: PlanFailure): Error {
  if (!expected) return new Error(message)
  return new GraphQLError(message, code === undefined ? {} : { extensions: { code } })
}

class ThreadGone extends Error {
  override name = 'ThreadGone'
}

type Thread = {
  supergraph: PlannerSupergraph
  plan: Planner['plan']
  stop: () => Promise<unknown>
  /** Resolves with the reason if the thread can no longer be used. */
  gone: Promise<Error>
}

async function startThread(workerData: WorkerData, onThread: PlannerOptions['onThread']): Promise<Thread> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB }
  const worker = new Worker(new URL('./planner-thread.ts', import.meta.url), { workerData, resourceLimits })
  onThread?.(worker)
  const loaded = Promise.withResolvers<PlannerSupergraph>()
  const gone = Promise.withResolvers<Error>()
  const waiting = new Map<number, Waiting>()
  let lastId = 0

  const fail = (error: Error) => {
    gone.resolve(error)
    loaded.reject(error)
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    waiting.clear()
  }
  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    clearTimeout(found?.timer)
    waiting.delete(id)
    return found
  }
  worker.on('message', (json: string) => {
    const message = JSON.parse(json) as WorkerMessage
    if (message.kind === 'loaded') loaded.resolve(message.supergraph)
    else if (message.kind === 'refused') {
      loaded.reject(new UserFacingError(`The supergraph cannot be served: ${message.message}`))
    } else if (message.kind === 'planned') settle(message.id)?.resolve(message.planned)
    else {
      const { failure, id } = message
      settle(id)?.reject(errorOf(failure))
    }
  })
  worker.on('error', (error: unknown) =>
    fail(new ThreadGone(error instanceof Error ? error.message : String(error))),
  )
  worker.on('exit', (code) => fail(new ThreadGone(`the thread ended with code ${code}`)))

  const plan: Planner['plan'] = (operation, operationName, labels) => {
    const id = ++lastId
    const timer = setTimeout(() => {
      fail(new ThreadGone(`an operation was not planned within ${PLAN_TIMEOUT_MS} ms`))
      void worker.terminate()
    }, PLAN_TIMEOUT_MS)
    const pending: Waiting = { ...Promise.withResolvers<Planned>(), timer }
    waiting.set(id, pending)
    const request: PlanRequest = { id, operation, operationName, labels }
    worker.postMessage(request)
    return pending.promise
  }
  try {
    return { supergraph: await loaded.promise, plan, stop: () => worker.terminate(), gone: gone.promise }
  } catch (error) {
    await worker.terminate()
    throw error
  }
}
