import { describe, expect, it } from 'vitest'
import { ask, changed, mutate, publish, read, someone, unknownPostId } from './api.ts'

describe('editing a post', () => {
  it('without an expected version applies to the current version', async () => {
    const author = someone()
    const { id } = await publish(author, 'one')
    await changed(mutate(author, 'editPost', { postId: id, text: 'two', expectedVersion: 1 }))
    for (const [text, given] of [
      ['three', {}],
      ['four', { expectedVersion: null }],
    ] as const) {
      expect(await mutate(author, 'editPost', { postId: id, text, ...given })).toMatchObject({
        post: { text },
      })
    }
  })

  it('keeps earlier texts, the latest first, in pages', async () => {
    const author = someone()
    const { id } = await publish(author, 'text 1')
    for (let version = 1; version < 6; version++) {
      const input = { postId: id, text: `text ${version + 1}`, expectedVersion: version }
      const post = await changed(mutate(author, 'editPost', input))
      expect(post).toMatchObject({
        text: `text ${version + 1}`,
        version: version + 1,
        editedAt: expect.any(String),
      })
    }
    const seen: { version: number; text: string }[] = []
    let after: string | null = null
    do {
      const { edits } = await editsPage(id, after)
      seen.push(...edits.nodes)
      after = edits.pageInfo.hasNextPage ? edits.pageInfo.endCursor : null
    } while (after)
    expect(seen).toEqual([5, 4, 3, 2, 1].map((version) => ({ version, text: `text ${version}` })))
  })

  it('on a stale version is rejected with the current one', async () => {
    const author = someone()
    const { id } = await publish(author, 'one')
    await changed(mutate(author, 'editPost', { postId: id, text: 'two', expectedVersion: 1 }))
    const stale = await mutate(author, 'editPost', { postId: id, text: 'three', expectedVersion: 1 })
    expect(stale).toMatchObject({
      __typename: 'StaleVersion',
      code: 'STALE_VERSION',
      path: ['input', 'expectedVersion'],
      currentVersion: 2,
    })
    expect(await read(null, id)).toMatchObject({
      text: 'two',
      version: 2,
      edits: { nodes: [{ text: 'one' }] },
    })
  })

  it('lets exactly one of many concurrent edits of a version succeed', async () => {
    const author = someone()
    const { id } = await publish(author, 'one')
    const texts = Array.from({ length: 10 }, (_, i) => `racer ${i}`)
    const payloads = await Promise.all(
      texts.map((text) => mutate(author, 'editPost', { postId: id, text, expectedVersion: 1 })),
    )
    expect(payloads.filter(({ post }) => post)).toHaveLength(1)
    expect(payloads.filter(({ currentVersion }) => currentVersion === 2)).toHaveLength(9)
    const winner = texts[payloads.findIndex(({ post }) => post)]
    expect(await read(null, id)).toMatchObject({
      text: winner,
      version: 2,
      edits: { nodes: [{ text: 'one' }] },
    })
  })

  it('with the same text changes nothing', async () => {
    const author = someone()
    const { id } = await publish(author, 'same')
    const post = await changed(mutate(author, 'editPost', { postId: id, text: 'same', expectedVersion: 1 }))
    expect(post).toMatchObject({ version: 1, editedAt: null, edits: { nodes: [] } })
  })

  it('is allowed only for its author', async () => {
    const { id } = await publish(someone(), 'mine')
    const payload = await mutate(someone(), 'editPost', { postId: id, text: 'yours', expectedVersion: 1 })
    expect(payload).toMatchObject({ __typename: 'Forbidden', path: ['input', 'postId'] })
    expect(await read(null, id)).toMatchObject({ text: 'mine' })
  })

  it('requires an existing post', async () => {
    const input = { postId: unknownPostId(), text: 'two', expectedVersion: 1 }
    expect(await mutate(someone(), 'editPost', input)).toMatchObject({
      __typename: 'NotFound',
      code: 'NOT_FOUND',
    })
  })
})

type EditsPage = {
  edits: {
    nodes: { version: number; text: string }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  }
}

async function editsPage(id: string, after: string | null): Promise<EditsPage> {
  const { data } = await ask<{ post: EditsPage }>(
    null,
    `query ($id: ID!, $after: String) { post(id: $id) {
      edits(first: 2, after: $after) { nodes { version text } pageInfo { hasNextPage endCursor } } } }`,
    { id, after },
  )
  return data.post
}
