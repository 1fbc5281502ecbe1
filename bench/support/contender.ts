import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { Message, Question, Report } from './contender-process.ts'
import { pinned } from './pin.ts'

/** Maximum wait for a contender to start, and to exit. Milliseconds. */
const START_MS = 60_000
const STOP_MS = 10_000
const BLAME_MS = 500

export type ContenderSpec = {
  name: string
  /** Script of the contender, which calls `contend`. */
  script: string
  settings: object
  core: number | null
  /** Node options. */
  nodeOptions?: readonly string[]
}

export type Usage = { cpuMs: number; rssMb: number; heapMb: number }

/** A server under measurement, in its own process. */
export type Contender = AsyncDisposable & {
  readonly name: string
  readonly port: number
  /** @param question `collect` runs the garbage collector first, which requires `--expose-gc` */
  usage(question?: Question): Promise<Usage>
  /** Throws the reason why the contender exited, if it did; otherwise throws `failure`. */
  blame(failure: unknown): Promise<never>
}

/** @throws UserFacingError with the contender's output if it does not start */
export async function startContender(spec: ContenderSpec): Promise<Contender> {
  const [command, args] = pinned(spec.core, [...(spec.nodeOptions ?? []), spec.script])
  const child = spawn(command, args, {
    env: { ...inheritedEnv(), NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const words: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      words.push(chunk.toString())
      if (words.length > 100) words.shift()
    })
  }
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new UserFacingError(`${spec.name}: ${error.message}`)))
    child.once('exit', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
      reject(new UserFacingError(`${spec.name} ${how}:\n${words.join('').trim()}`))
    })
  })
  // A pending report rejects with this error. Without one, the load fails when its connections close.
  ended.catch(() => {})
  const next = (kind: Report['kind']) => Promise.race([report(child, kind), ended])
  try {
    send(child, { settings: spec.settings })
    const ready = await within(
      START_MS,
      next('ready'),
      () => `${spec.name} did not start:\n${words.join('')}`,
    )
    return {
      name: spec.name,
      port: ready.kind === 'ready' ? ready.port : 0,
      async usage(question = 'usage') {
        const response = next('usage')
        send(child, { question })
        const usage = await response
        if (usage.kind !== 'usage') throw new Error(`${spec.name} answered ${usage.kind}`)
        return usage
      },
      async blame(failure) {
        // The exit event of a process arrives after its connections have closed.
        await Promise.race([ended, delay(BLAME_MS)])
        throw failure
      },
      [Symbol.asyncDispose]: () => stop(child),
    }
  } catch (error) {
    await stop(child)
    throw error
  }
}

function send(child: ChildProcess, message: Message<object>): void {
  if (child.connected) child.send(message)
}

function report(child: ChildProcess, kind: Report['kind']): Promise<Report> {
  return new Promise((resolve) => {
    const listen = (message: Report) => {
      if (message.kind !== kind) return
      child.off('message', listen)
      resolve(message)
    }
    child.on('message', listen)
  })
}

async function within<T>(ms: number, promise: Promise<T>, message: () => string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new UserFacingError(message())), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(timer)
}
