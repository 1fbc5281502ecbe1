import type { World } from './deed.ts'
import { hitOf } from './client.ts'
import { pause, type ChaosSystem } from './nemesis.ts'
import { PAGES, queryOf } from './pages.ts'
import type { Verdict } from './judge/judge.ts'

/** Maximum wait for a cache to follow the logs to their end. Milliseconds. */
const TIMEOUT_MS = 15_000

/** Number of posts of each client. */
const POSTS = 5

/** When nothing changes any more, every response of a gateway with a cache equals that of one without, byte for byte. */
export async function compareWithUncached(
  { fleet, gateways }: ChaosSystem,
  { people }: World,
): Promise<Verdict> {
  await using plain = await fleet.guest('off')
  const keys = people.flatMap(({ handle, shelf }) => [
    ...(handle.certain() === null ? [] : [{ key: handle.certain(), pages: ['profile', 'user'] as const }]),
    ...shelf.recent(POSTS).map((key) => ({ key, pages: ['post', 'likers'] as const })),
  ])
  const asked = keys.flatMap(({ key, pages }) => pages.map((page) => ({ page, key })))
  const violations: string[] = []
  let [responses, hits] = [0, 0]
  for (const { page, key } of asked) {
    const body = JSON.stringify({ query: queryOf(page, false), variables: { key } })
    const expected = await textOf(plain.url, body)
    for (const url of gateways.urls) {
      const late = AbortSignal.timeout(TIMEOUT_MS)
      let shown = await textOf(url, body)
      while (shown.text !== expected.text && !late.aborted) {
        await pause(100)
        shown = await textOf(url, body)
      }
      const again = await textOf(url, body)
      responses += 2
      hits += Number(shown.hit) + Number(again.hit)
      const wrong = [shown, again].find(({ text }) => text !== expected.text)
      if (wrong)
        violations.push(
          `${url}, ${page} ${key}: ${wrong.text.trim()}, without a cache ${expected.text.trim()}`,
        )
    }
  }
  if (hits === 0) violations.push('nothing was measured: no response came from a cache')
  return {
    checker: 'in the end, a cached response equals an uncached one',
    counted: `${responses} responses, ${hits} of them from a cache; ${asked.length} pages of ${PAGES.length} kinds`,
    violations,
  }
}

async function textOf(url: string, body: string): Promise<{ text: string; hit: boolean }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return { text: await response.text(), hit: hitOf(response) !== null }
}
