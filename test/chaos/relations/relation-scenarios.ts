import { itemLockKey } from '../../../contracts/advisory-locks.ts'
import { streamOf } from '../../../subgraphs/followers/domain/events.ts'
import type { Stage } from './relation-stage.ts'

/** A request is withdrawn and made again. The acceptance of the first one comes late; the second waits for a person. */
export async function acceptedLate({ pair, ask, cancel, decide }: Stage): Promise<void> {
  const friends = pair()
  const id = await ask(friends)
  await cancel(friends)
  await ask(friends)
  await decide([{ id, pair: friends, decision: 'accepted' }])
}

/** A withdrawal and an acceptance cross. */
export async function withdrawnMeanwhile({ pair, ask, cancel, decide }: Stage): Promise<void> {
  const friends = pair()
  const id = await ask(friends)
  await cancel(friends)
  await decide([{ id, pair: friends, decision: 'accepted' }])
}

/** Of two requests, one is accepted, and the other is to nobody. */
export async function askedNobody({ pair, ask, decide }: Stage): Promise<void> {
  const [friends, strangers] = [pair(), pair()]
  const [id, other] = [await ask(friends), await ask(strangers)]
  await decide([
    { id, pair: friends, decision: 'accepted' },
    { id: other, pair: strangers, decision: 'nobody' },
  ])
}

/** The process is killed when it has appended an acceptance, and waits for the count of a user. The batch comes again. */
export async function diesInProjection({ session, pair, ask, decide, kill, waiting }: Stage): Promise<void> {
  const friends = pair()
  const id = await ask(friends)
  await session.query('insert into follow_count values ($1, 0, 0)', [friends.followee])
  await session.query('begin')
  await session.query('select from follow_count where user_id = $1 for update', [friends.followee])
  const decided = decide([{ id, pair: friends, decision: 'accepted' }])
  await waiting(1)
  await kill()
  await decided
  await session.query('rollback')
  await decide([{ id, pair: friends, decision: 'accepted' }])
}

/** A follow ends, and begins again. */
export async function followsAgain({ pair, ask, decide, unfollow, look }: Stage): Promise<void> {
  const friends = pair()
  const first = await ask(friends)
  await decide([{ id: first, pair: friends, decision: 'accepted' }])
  await look()
  await unfollow(friends)
  await look()
  const second = await ask(friends)
  await decide([{ id: second, pair: friends, decision: 'accepted' }])
}

/** A batch of decisions waits in the middle of its locks, and one of its users blocks the other. */
export async function blocksDuringBatch({
  session,
  pair,
  ask,
  decide,
  block,
  waiting,
}: Stage): Promise<void> {
  const [friends, others] = [pair(), pair()]
  const reverse = { follower: friends.followee, followee: friends.follower }
  const decided = []
  for (const each of [reverse, others, friends])
    decided.push({ id: await ask(each), pair: each, decision: 'accepted' as const })
  await session.query('begin')
  await session.query(`select pg_advisory_xact_lock(${itemLockKey('stream', '$1')})`, [streamOf(others)])
  const batch = decide(decided)
  await waiting(1)
  const blocked = block(friends)
  await waiting(2, blocked)
  await session.query('commit')
  await Promise.all([batch, blocked])
}
