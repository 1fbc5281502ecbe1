import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../../local/seed/random.ts'
import { ask, outcomeOf, type Result } from './client.ts'
import { nextDeed } from './activity.ts'
import type { Deed, World } from './deed.ts'
import type { Ledger } from './ledger.ts'
import { verifyRead, type Fact } from './verify-read.ts'
import type { Person } from './people.ts'
import type { PageSights } from './readers.ts'

/** Observations of clients that are not in the ledger. */
export type Sights = {
  facts: Fact[]
  unanswered: number
  /** Responses by code or type. */
  answers: Map<string, number>
  pages: PageSights
}

export type ClientOptions = {
  /** The gateways that a client may ask now. */
  urls: () => readonly string[]
  world: World
  ledger: Ledger
  sights: Sights
  stop: AbortSignal
  /** Creates the random numbers of a step. */
  randomOf: (step: number) => Random
  /** Maximum pause after a step. Milliseconds. */
  restMs: number
}

/** Maximum number of attempts with one idempotency key. */
const MAX_ATTEMPTS = 6
/** Wait before the next attempt. It doubles each time. Milliseconds. */
const RETRY_MS = 250

/** Runs mutations and reads one after the other, by the user's random numbers, until stopped. */
export async function live(
  { urls, world, ledger, sights, stop, randomOf, restMs }: ClientOptions,
  person: Person,
): Promise<void> {
  for (let step = 1; !stop.aborted; step++) {
    const random = randomOf(step)
    person.random = random
    const [operation, again] = [traceId(random), traceId(random)]
    if (random.chance(0.4)) {
      const seen = await verifyRead(random.pick(urls()), world, person, operation)
      if (seen.kind === 'answered') sights.facts.push(...seen.facts)
      else sights.unanswered++
    } else {
      const deed = nextDeed(world, person, operation)
      const outcome = await act({ urls, ledger, sights, stop }, person, deed, operation)
      deed.settle(outcome.outcome, outcome.payload)
      // Without the key, a repeat is another operation.
      if (outcome.outcome === 'unknown' && random.chance(0.3)) {
        await act({ urls, ledger, sights, stop }, person, { ...deed, sure: false }, again)
      }
    }
    // Without this wait, an outage would cause thousands of rejected requests.
    await delay(random.below(restMs))
  }
}

function traceId(random: Random): string {
  return Buffer.from(random.bytes(new Uint8Array(16))).toString('hex')
}

type Acting = Pick<ClientOptions, 'urls' | 'ledger' | 'sights' | 'stop'>

async function act(
  { urls, ledger, sights, stop }: Acting,
  person: Person,
  deed: Deed,
  id: string,
): Promise<Result> {
  const { kind, database, thing, input, sure } = deed
  const idempotencyKey = `chaos-${id}`
  const attempts = person.random.chance(0.7) ? MAX_ATTEMPTS : 1
  const viewer = person.id
  await ledger.write({ at: 'invoked', id, kind, database, viewer, idempotencyKey, thing, sure, input })
  const request = {
    query: mutationText(kind),
    variables: { input: { ...input, idempotencyKey } },
    accessToken: person.accessToken,
    traceId: id,
  }
  let result: Result = { outcome: 'unknown', detail: '', payload: null }
  for (let attempt = 1; attempt <= attempts && (attempt === 1 || !stop.aborted); attempt++) {
    const response = await ask(person.random.pick(urls()), { ...request, consistency: person.consistency })
    const now = outcomeOf(response, kind)
    count(sights, now.detail.split(':')[0] ?? '')
    if (response.kind === 'answered' && response.consistency !== null)
      person.consistency = response.consistency
    // After an attempt with an unknown outcome, a failure does not prove that nothing was committed.
    result = attempt > 1 && now.outcome === 'failed' ? { ...now, outcome: 'unknown' } : now
    if (
      now.outcome === 'ok' ||
      result.outcome === 'failed' ||
      (response.kind === 'answered' && now.outcome === 'failed')
    )
      break
    await delay(RETRY_MS * 2 ** (attempt - 1))
  }
  await ledger.write({ at: 'ended', id, outcome: result.outcome, detail: result.detail })
  return result
}

/** Number of responses by code or type. */
function count({ answers }: Sights, detail: string): void {
  answers.set(detail, (answers.get(detail) ?? 0) + 1)
}

function mutationText(kind: string): string {
  const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
  const post = kind === 'createPost' ? '... on CreatePostSuccess { post { id } }' : ''
  const state = kind === 'follow' ? '... on FollowSuccess { followState }' : ''
  return `mutation ($input: ${type}Input!) { ${kind}(input: $input) { __typename ${post} ${state} ... on UserError { code } } }`
}
