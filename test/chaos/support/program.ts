import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import type { Reply } from './commands.ts'

/** A program of this folder in a separate process. Disposal kills it. */
export type Program = AsyncDisposable & {
  /** Rejects if the process ends before its response. */
  call<Result>(command: string, argument?: unknown): Promise<Result>
  /** Sends SIGKILL. Resolves when the process has ended. */
  kill(): Promise<void>
  /** Resolves when the process has ended for any reason. */
  readonly ended: Promise<void>
}

export type ProgramOptions = {
  file: 'owner-process.ts' | 'consumer-process.ts' | 'relations-process.ts'
  argument: object
  execArgv: readonly string[]
  env: Readonly<Record<string, string>>
  /** Called with its messages and with its output on stderr. */
  told: (message: object) => void
  printed: (text: string) => void
}

export function startProgram({ file, argument, execArgv, env, told, printed }: ProgramOptions): Program {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(argument)], {
    execArgv: [...execArgv],
    env: { ...inheritedEnv(), ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  child.stderr?.setEncoding('utf8').on('data', printed)
  const pending = new Map<number, PromiseWithResolvers<unknown>>()
  let calls = 0
  child.on('message', (message: Reply | object) => {
    if (!('id' in message)) return told(message)
    const call = pending.get(message.id)
    pending.delete(message.id)
    if (message.error === undefined) call?.resolve(message.result)
    else call?.reject(new Error(message.error))
  })
  const ended = once(child, 'exit').then(() => {
    for (const { reject } of pending.values()) reject(new Error(`${file} has ended`))
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return {
    async call<Result>(command: string, given?: unknown) {
      const id = calls++
      const reply = Promise.withResolvers<unknown>()
      pending.set(id, reply)
      child.send({ id, command, argument: given }, (error) => {
        if (error) reply.reject(error)
      })
      return (await reply.promise) as Result
    },
    kill,
    ended,
    [Symbol.asyncDispose]: kill,
  }
}
