import type { NewEvent } from '../../patterns/change-log/index.ts'

/** Inserts `$1` events in one statement. They are as large as real events of posts. */
export const insertMany = (table: 'outbox' | 'queue') => `
  insert into ${table} (key, type, version, payload, touches, headers)
  select 'post_' || i, 'post.created', 1,
         json_build_object('id', 'post_' || i, 'authorId', 'user_' || i % 1000, 'text', 'hello world ' || i),
         array['posts:Post:' || i, 'posts:User:' || i % 1000],
         '{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}'
  from generate_series(1, $1::integer) i`

export function event(i: number): NewEvent {
  return {
    key: `post_${i}`,
    type: 'post.created',
    version: 1,
    payload: { id: `post_${i}`, authorId: `user_${i % 1_000}`, text: `hello world ${i}` },
    touches: [`posts:Post:${i}`, `posts:User:${i % 1_000}`],
    headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  }
}
