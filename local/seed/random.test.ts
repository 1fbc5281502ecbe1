import { expect, test } from 'vitest'
import { createRandom, shuffle } from './random.ts'

const draw = (seed: number, label: string) => {
  const random = createRandom(seed, label)
  return Array.from({ length: 8 }, () => random.uint32())
}

test('a seed and a label determine the sequence', () => {
  expect(draw(42, 'posts')).toEqual(draw(42, 'posts'))
  expect(draw(42, 'posts')).not.toEqual(draw(43, 'posts'))
  expect(draw(42, 'posts')).not.toEqual(draw(42, 'likes'))
})

test('the sequence does not change between releases', () => {
  expect(draw(42, 'posts').slice(0, 3)).toEqual([3_385_582_362, 1_224_642_444, 1_709_348_768])
})

test('numbers are evenly distributed', () => {
  const random = createRandom(1, 'spread')
  const counts = new Uint32Array(10)
  for (let i = 0; i < 100_000; i++) {
    const digit = random.below(10)
    counts[digit] = (counts[digit] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})

test('a shuffle keeps all items and changes their order', () => {
  const items = Uint32Array.from({ length: 100 }, (_, i) => i)
  shuffle(items, createRandom(1, 'shuffle'))
  expect(items.toSorted()).toEqual(Uint32Array.from({ length: 100 }, (_, i) => i))
  expect(items).not.toEqual(items.toSorted())
})
