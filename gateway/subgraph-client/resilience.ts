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
  /** Wait before the first retry, in milliseconds; it doubles from one to the next, with jitter. @default 50 */
  retryDelayMs?: number
  /** Outages in a row after which the subgraph is left alone. @default 5 */
  breakAfter?: number
  /** How long it is left alone before one request tries it again, in milliseconds. @default 1000 */
  breakForMs?: number
}

/** Runs attempts at one subgraph: through its circuit breaker, and again after a transient fault of a query. */
export type Resilience = {
  /** @throws SubgraphFault of the last attempt, or of kind `open` when the breaker let none through */
  run<Result>(retryable: boolean, attempt: Attempt<Result>): Promise<Result>
  breakerState(): BreakerState
}

/** @param probing whether this attempt decides if others are let through again; it is then to be seen to its end */
export type Attempt<Result> = (probing: boolean) => Promise<Result>

/** @param onRefused called when the breaker lets an attempt not through */
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

  // No attempt has failed since the last that went well: there is nothing to count then, nor to decide.
  let sound = true

  async function guarded<Result>(attempt: Attempt<Result>): Promise<Result> {
    try {
      const result = await breaker.execute(() => attempt(breaker.state === CircuitState.HalfOpen))
      sound = breaker.state === CircuitState.Closed
      return result
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error
      onRefused()
      throw new SubgraphFault(
        'open',
        'is not being asked, because it kept failing; it is tried again shortly',
      )
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
        // What has failed already counts as the first attempt.
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
