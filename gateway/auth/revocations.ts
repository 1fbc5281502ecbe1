import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import type { Log } from '../../platform/log.ts'
import type { Transport } from '../subgraph-client/transport.ts'
import { endedSessions } from './ended-sessions.ts'

/** Time between two looks at the list, in milliseconds; a sign-out takes effect within about as long. */
export const POLL_MS = 1_000

const List = z.object({ sessions: z.array(z.object({ id: z.string(), endedAt: z.iso.datetime() })) })

export type Revocations = Disposable & {
  isRevoked(session: string): boolean
  /** Reads now what is new in the list. Failing, it keeps what it knows. */
  poll(): Promise<void>
  /** Rejects with the reason when the list was never read. */
  known(): Promise<void>
  /** Rejects with the reason when the last look failed. */
  current(): Promise<void>
}

export type RevocationsOptions = {
  /** Address of `GET /revocations` at the users subgraph. */
  url: string
  transport: Transport
  secret: string
  clock: Clock
  log: Log
  timeoutMs: number
}

/**
 * Keeps the sessions that ended within the life of an access token, as the users subgraph lists them: all of them at
 * the first look, then what is new. Resolves after the first look, whether it succeeded or not.
 */
export async function watchRevocations(options: RevocationsOptions): Promise<Revocations> {
  const { url, transport, secret, clock, log, timeoutMs } = options
  const ended = endedSessions()
  let read = false
  let failure: string | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  async function poll(): Promise<void> {
    try {
      const headers = {
        accept: 'application/json',
        [INTERNAL_HEADER]: signInternal(secret, null, 'users', clock()),
      }
      const since = ended.since(clock())
      const asked = since === null ? url : `${url}?${new URLSearchParams({ since }).toString()}`
      const { status, text } = await transport.send({ url: asked, method: 'GET', headers, timeoutMs })
      if (status !== 200) throw new Error(`answered with HTTP status ${status}`)
      ended.merge(List.parse(JSON.parse(text)).sessions, clock())
      read = true
      if (failure !== null) log.info('the list of revoked sessions is read again')
      failure = null
    } catch (error) {
      if (failure === null)
        log.warn({ err: error }, 'the list of revoked sessions cannot be read; the last one is kept')
      failure = error instanceof Error ? error.message : String(error)
    }
  }

  async function loop(): Promise<void> {
    await poll()
    if (!stopped) timer = setTimeout(() => void loop(), POLL_MS)
  }
  await loop()

  return {
    isRevoked: ended.has,
    poll,
    async known() {
      if (!read) throw new Error(`the list of revoked sessions was never read: ${failure}`)
    },
    async current() {
      if (failure !== null) throw new Error(`the list of revoked sessions is out of date: ${failure}`)
    },
    [Symbol.dispose]() {
      stopped = true
      if (timer) clearTimeout(timer)
    },
  }
}
