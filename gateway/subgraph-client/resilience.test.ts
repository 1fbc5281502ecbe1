import { expect, test } from 'vitest'
import { timedOut } from './fault.ts'
import { createResilience } from './resilience.ts'

test('the request that probes a half-open circuit is marked, so that it is not cancelled', async () => {
  const resilience = createResilience({ retries: 0, breakAfter: 1, breakForMs: 1 })
  const probing: boolean[] = []
  const ask = (fails: boolean) =>
    resilience.run(true, async (probe) => {
      probing.push(probe)
      if (fails) throw timedOut(1)
    })
  await ask(false)
  await expect(ask(true)).rejects.toMatchObject({ kind: 'timeout' })
  // The breaker lets a request through after it was open for long enough.
  await expect
    .poll(() =>
      ask(false).then(
        () => 'through',
        () => 'open',
      ),
    )
    .toBe('through')
  await ask(false)
  expect(probing).toEqual([false, false, true, false])
})
