import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  retry,
} from 'cockatiel'
import type { BreakerState } from '../metrics/subgraph-metrics.ts'
import { isOutage, isTransient, SubgraphFault } from './fault.ts'

export type ResilienceOptions = {
  /** Attempts after the first, for queries. @default 2 */
  retries?: number
  /** Delay before the first retry, in milliseconds. It doubles for each retry, with jitter. @default 50 */
  retryDelayMs?: number
  /** Consecutive outages after which the circuit breaker opens. @default 5 */
  breakAfter?: number
  /** How long the breaker stays open before one request probes the subgraph, in milliseconds. @default 1000 */
  breakForMs?: number
}

/** Runs requests to one subgraph through its circuit breaker, and retries queries after a transient fault. */
export type Resilience = {
  /** @throws SubgraphFault of the last attempt, or of kind `open` if the breaker is open */
  run<Result>(retryable: boolean, attempt: Attempt<Result>): Promise<Result>
  breakerState(): BreakerState
}

/** @param probing the result of this attempt decides whether the breaker closes, so it must not be cancelled */
export type Attempt<Result> = (probing: boolean) => Promise<Result>

/** @param onRefused called when the open breaker refuses an attempt */
export function createResilience(
  options: ResilienceOptions = {},
  onRefused: () => void = () => {},
): Resilience {
  const { retries = 2, retryDelayMs = 50, breakAfter = 5, breakForMs = 1_000 } = options
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: breakForMs,
    breaker: new ConsecutiveBreaker(breakAfter),
  })
  const retrying = retry(handleWhen(isTransient), {
    maxAttempts: retries,
    backoff: new ExponentialBackoff({ initialDelay: retryDelayMs, maxDelay: Math.max(retryDelayMs, 1_000) }),
  })

  // Whether the breaker is closed and the last attempt succeeded. The breaker then has nothing to count, and is bypassed.
  let sound = true

  async function guarded<Result>(attempt: Attempt<Result>): Promise<Result> {
    try {
      const result = await breaker.execute(() => attempt(breaker.state === CircuitState.HalfOpen))
      sound = breaker.state === CircuitState.Closed
      return result
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error
      onRefused()
      throw new SubgraphFault('open', 'failed repeatedly, so it is not asked for now')
    }
  }

  function runGuarded<Result>(retryable: boolean, attempt: Attempt<Result>): Promise<Result> {
    return retryable ? retrying.execute(() => guarded(attempt)) : guarded(attempt)
  }

  return {
    breakerState() {
      if (breaker.state === CircuitState.Closed) return 'closed'
      return breaker.state === CircuitState.HalfOpen ? 'half_open' : 'open'
    },
    run<Result>(retryable: boolean, attempt: Attempt<Result>): Promise<Result> {
      if (!sound) return runGuarded(retryable, attempt)
      return attempt(false).catch((error: unknown) => {
        sound = false
        // The breaker counts the failed attempt as its first one.
        let failed = true
        return runGuarded(retryable, (probing) => {
          if (!failed) return attempt(probing)
          failed = false
          throw error
        })
      })
    },
  }
}
