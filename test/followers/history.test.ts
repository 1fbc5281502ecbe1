import { describe, expect, it } from 'vitest'
import type { Viewer } from '../../platform/internal-auth.ts'
import { act, someone } from './api.ts'
import { askViewer } from './past.ts'

type Entry = { event: string; follower: { id: string }; by: { id: string } | null; at: string }
type History = {
  followHistory: { edges: { cursor: string; node: Entry }[]; pageInfo: { hasNextPage: boolean } }
}

/** Each entry as `FOLLOWER EVENT BY`, with the viewer as `me` and the other as `they`, latest first. */
async function historyOf(viewer: Viewer, other: Viewer, page = 'first: 100'): Promise<string[]> {
  return (await pageOf(viewer, other, page)).edges.map(({ node: { event, follower, by } }) => {
    const name = (user: { id: string } | null) => (user === null ? '' : user.id === viewer.id ? 'me' : 'they')
    return `${name(follower)} ${event} ${name(by)}`
  })
}

async function pageOf(viewer: Viewer, other: Viewer, page: string): Promise<History['followHistory']> {
  const found = await askViewer<History>(
    viewer,
    `followHistory(userId: "${other.id}", ${page}) {
      edges { cursor node { at event follower { id } by { id } } } pageInfo { hasNextPage }
    }`,
  )
  if (!found.viewer) throw new Error(JSON.stringify(found))
  return found.viewer.followHistory
}

describe('the history of two users', () => {
  it('has the requests and follows of both, by whom and when', async () => {
    const [ann, bob] = [someone(), someone()]
    const before = Date.now()
    await act(ann, 'follow', bob.id)
    await act(bob, 'follow', ann.id)
    await act(ann, 'unfollow', bob.id)
    await act(ann, 'removeFollower', bob.id)
    expect(await historyOf(ann, bob)).toEqual([
      'they ENDED me',
      'me ENDED me',
      'they ACCEPTED me',
      'they REQUESTED they',
      'me ACCEPTED they',
      'me REQUESTED me',
    ])
    const { edges } = await pageOf(bob, ann, 'first: 100')
    const times = edges.map(({ node: { at } }) => Date.parse(at))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(times.at(-1)).toBeGreaterThanOrEqual(before)
    expect(await historyOf(ann, someone())).toEqual([])
  })

  it('shows blocks to the user who blocks. The other sees that follows ended', async () => {
    const [ann, bob] = [someone(), someone()]
    await act(ann, 'follow', bob.id)
    await act(bob, 'follow', ann.id)
    await act(bob, 'block', ann.id)
    await act(bob, 'unblock', ann.id)
    const ended = (viewer: Viewer, other: Viewer) =>
      historyOf(viewer, other).then((all) =>
        all.filter((line) => !/REQUESTED|ACCEPTED/.test(line)).toSorted(),
      )
    expect(await ended(bob, ann)).toEqual([
      'me BLOCKED me',
      'me ENDED me',
      'me UNBLOCKED me',
      'they ENDED me',
    ])
    expect(await ended(ann, bob)).toEqual(['me ENDED they', 'they ENDED they'])
  })

  it('is paged, and a cursor stays valid when more happens', async () => {
    const [ann, bob] = [someone(), someone()]
    for (const command of ['follow', 'unfollow', 'follow'] as const) await act(ann, command, bob.id)
    const all = await historyOf(ann, bob)
    const first = await pageOf(ann, bob, 'first: 2')
    expect(first.pageInfo.hasNextPage).toBe(true)
    await act(ann, 'unfollow', bob.id)
    const next = `first: 100, after: "${first.edges.at(-1)?.cursor}"`
    expect([...all.slice(0, 2), ...(await historyOf(ann, bob, next))]).toEqual(all)
    const { errors } = await askViewer(bob, `followHistory(userId: "${ann.id}", ${next}) { nodes { at } }`)
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringMatching(/cursor of another list/) },
    ])
  })

  it('needs the id of another user', async () => {
    const ann = someone()
    for (const [userId, message] of [
      ['x', /^userId: "x" is not the id of a user/],
      [ann.id, /^userId: This is you\./],
    ] as const) {
      const { errors } = await askViewer(ann, `followHistory(userId: "${userId}") { nodes { at } }`)
      expect(errors).toMatchObject([
        { code: 'BAD_USER_INPUT', message: expect.stringMatching(message), path: ['followHistory'] },
      ])
    }
  })
})
