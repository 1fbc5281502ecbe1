import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel'
import type { SendCommand } from '../../patterns/change-log/index.ts'

export type GuardedRedis = {
  /** Rejects if there is no reply in time, and without a command while the breaker is open. */
  send: SendCommand
  /** Whether Redis is not asked at the moment. */
  isOpen: () => boolean
}

/** A request waits at most this long for Redis. A subgraph usually responds sooner. Milliseconds. */
const TIMEOUT_MS = 50
/** Consecutive failures after which Redis is not asked for a while, and how long. Then one command tries it. Milliseconds. */
const BREAK_AFTER = 3
const BREAK_FOR_MS = 1_000

/** A missing script is none: its text is sent next. */
const isFault = (error: unknown) => !(error instanceof Error) || !error.message.startsWith('NOSCRIPT')

/** Redis that is slow or down must not make responses slow. */
export function guardRedis(send: SendCommand): GuardedRedis {
  const breaker = circuitBreaker(handleWhen(isFault), {
    halfOpenAfter: BREAK_FOR_MS,
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
  })
  const policy = wrap(breaker, timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive))
  return {
    send: (args) => policy.execute(() => send(args)),
    isOpen: () => breaker.state === CircuitState.Open || breaker.state === CircuitState.Isolated,
  }
}
