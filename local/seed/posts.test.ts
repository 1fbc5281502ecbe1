import { expect, test } from 'vitest'
import { generatedNames } from './handles.ts'
import { drawLikeCounts, drawLikers } from './likes.ts'
import { createPeople } from './people.ts'
import { countByAuthor, planPosts } from './posts.ts'
import { createRandom } from './random.ts'
import { makeBio, makePost, makeReply } from './texts.ts'
import { BASE_TIME, FIRST_POST } from './times.ts'

const people = createPeople(1_000, generatedNames(42), 42)
const posts = planPosts(people, 20, 42)

test('the requested number of posts is generated, and the named users have some of them', () => {
  const counts = countByAuthor(posts, people.count)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000)
  expect(counts.slice(0, 5)).toEqual(Uint32Array.of(20, 20, 20, 20, 20))
  expect(Math.max(...counts)).toBeGreaterThan(60)
})

test('posts are numbered by time, within the year, after their authors signed up', () => {
  const times = [...posts.createdAt]
  expect(times.filter((time, i) => time < (times[i - 1] ?? FIRST_POST) || time >= BASE_TIME)).toEqual([])
  expect(times.filter((time, i) => time < (people.createdAt[posts.authors[i] ?? -1] ?? Infinity))).toEqual([])
})

test('about 15 % reply to an earlier post, and the counters match', () => {
  const replies = [...posts.replyTo].filter((target) => target >= 0)
  expect(Math.abs(replies.length / posts.count - 0.15)).toBeLessThan(0.02)
  expect([...posts.replyTo].filter((target, post) => target >= post)).toEqual([])
  const counted = new Uint32Array(posts.count)
  for (const target of replies) counted[target] = (counted[target] ?? 0) + 1
  expect(posts.replies).toEqual(counted)
})

test('there are about 3 likes per post, distributed by a power law', () => {
  const likes = drawLikeCounts(200_000, 10_000, createRandom(1, 'likes'))
  const mean = likes.reduce((sum, count) => sum + count, 0) / likes.length
  expect(Math.abs(mean - 3)).toBeLessThan(0.5)
  const withCount = (wanted: number) => likes.filter((count) => count === wanted).length
  const exponent = Math.log(withCount(0) / withCount(9)) / Math.log(10)
  expect(Math.abs(Math.log(withCount(1) / withCount(19)) / Math.log(10) - exponent)).toBeLessThan(0.2)
  expect(likes.reduce((most, count) => Math.max(most, count))).toBeGreaterThan(1_000)
})

test('a post is liked by different users, never by its author', () => {
  const likers = drawLikers(500, 1_000, 7, createRandom(1, 'likers'))
  expect(likers.size).toBe(500)
  expect(likers.has(7)).toBe(false)
})

test('texts and bios are valid for the API and vary in length', () => {
  const random = createRandom(42, 'texts')
  const texts = Array.from({ length: 5_000 }, (_, i) =>
    i % 2 === 0 ? makePost(random, () => 'alice') : makeReply(random, 'bob'),
  )
  expect(
    texts.filter((text) => text.length < 1 || text.length > 5_000 || /[{}]|undefined/.test(text)),
  ).toEqual([])
  expect(new Set(texts.map((text) => text.length)).size).toBeGreaterThan(200)
  expect(texts.filter((text) => text.includes('@alice')).length).toBeGreaterThan(200)
  const bios = Array.from({ length: 1_000 }, () => makeBio(random))
  expect(bios.filter((bio) => bio.length > 500 || /undefined/.test(bio))).toEqual([])
  expect(bios.filter((bio) => bio === '').length).toBeGreaterThan(50)
})
