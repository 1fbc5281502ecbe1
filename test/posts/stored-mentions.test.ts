import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { root } from '../../platform/root.ts'
import { mentionsIn } from '../../subgraphs/posts/domain/mentions.ts'
import { freshDatabase } from '../support/database.ts'

const MIGRATION = join(root, 'prisma/posts/migrations/0007_mention_rule/migration.sql')
const ALICE = '01932b2e-0000-7000-8000-00000000a11c'

/** What stored texts took for a mention before that migration. */
const BEFORE = /(?<![\p{L}\p{N}_@/])@([A-Za-z][A-Za-z0-9_]{2,29})(?![\p{L}\p{N}_@])/gu

const TEXTS = [
  'see https://x.org/?u=@alice&v=1 and mail bob+@alice.com, @alice',
  '🌍 @alice 🌍🌍 bob+@alice 🌍@alice',
  'one\n@alice, @alice; “@alice” (@alice) @alice’s 转发：@alice，@alice。',
  '.@alice -@alice :@alice =@alice /@alice +@alice &@alice #@alice ~@alice',
  'e\u0301@alice @alice\u0301 x\u200d@alice @alice\u200dx \u200f@alice ❤\ufe0f@alice x\u200b@alice',
  '@alice.com @alice:matrix.org @alice-bob @alice/core @alice. @alice: @alice- @alice/',
  'https://x.org/a,@alice,@alice;(@alice) @alice x.org/?q=(@alice) www.x.org/*@alice\n@alice',
  'https://x.org/ @alice @alice(https://x.org/) <https://x.org>@alice and/or (@alice)',
  '@alice.你好 @alice-님 @alice-é ‐@alice',
  '(@alice) 1\ufe0f\u20e3 @alice @alice',
]

it('mentions stored before the current rule are kept if the rule accepts them', async () => {
  await using url = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const client = stack.adopt(new Client({ connectionString: url.url }), (each) => each.end())
  await client.connect()
  const ids = new Map<string, string>(TEXTS.map((text) => [randomUUID(), text]))
  for (const [id, text] of ids) {
    const stored = [...text.matchAll(BEFORE)].map(({ 0: typed, index }) => {
      return { start: index, length: typed.length, userId: ALICE }
    })
    const values = [id, text, JSON.stringify(stored)]
    await client.query(
      'insert into post (id, author_id, text, created_at, mentions) values ($1, $1, $2, now(), $3)',
      values,
    )
    await client.query(
      'insert into post_edit (post_id, version, text, replaced_at, mentions) values ($1, 1, $2, now(), $3)',
      values,
    )
  }
  await client.query(await readFile(MIGRATION, 'utf8'))
  const { rows } = await client.query<{ id: string; mentions: unknown; edit: unknown }>(
    'select id, post.mentions, post_edit.mentions as edit from post join post_edit on post_id = id',
  )
  expect(rows).toHaveLength(TEXTS.length)
  for (const { id, mentions, edit } of rows) {
    const text = ids.get(id) ?? ''
    const still = mentionsIn(text, new Map([['alice', ALICE]]))
    const known = new Set([...text.matchAll(BEFORE)].map(({ index }) => index))
    const expected = still.filter(({ start }) => known.has(start))
    expect([mentions ?? [], edit ?? []], text).toEqual([expected, expected])
  }
})
