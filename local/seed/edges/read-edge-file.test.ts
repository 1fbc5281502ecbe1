import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NAMED_USERS } from '../named-users.ts'
import { MAX_LINE } from './read-lines.ts'
import { readEdgeFile } from './read-edge-file.ts'

const NAMED = NAMED_USERS.length

async function read(content: string | Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'edges-'))
  const path = join(folder, 'graph.txt')
  const lines: string[] = []
  try {
    await writeFile(path, content)
    await chmod(path, 0o644)
    const { users, labels, edges } = await readEdgeFile(path, (line) =>
      lines.push(line.replaceAll(path, 'FILE')),
    )
    const name = (user: number) => labels[user - NAMED] ?? NAMED_USERS[user]?.handle
    const pairs = Array.from({ length: edges.length }, (_, i) => [name(edges.from(i)), name(edges.to(i))])
    return { users, lines, pairs: pairs.filter((_, i) => edges.from(i) >= NAMED), edgeCount: edges.length }
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('edges are loaded unchanged, and the named users follow each other', async () => {
  const { users, pairs, edgeCount } = await read('# a comment\n3 1\n1 3\n1\t2 0.5\r\n\n4,3\n')
  expect(users).toBe(NAMED + 4)
  expect(pairs).toEqual([
    [3, 1],
    [1, 3],
    [1, 2],
    [4, 3],
  ])
  expect(edgeCount - pairs.length).toBe(NAMED * (NAMED - 1))
})

test('self-loops and repeated edges are skipped and counted', async () => {
  const { pairs, lines } = await read('1 2\n2 2\n1 2\n2 1\n1\t2\n')
  expect(pairs).toEqual([
    [1, 2],
    [2, 1],
  ])
  expect(lines).toContain('FILE: 2 edges; skipped 1 self-loop and 2 repeated edges')
})

test('malformed lines are reported with their line numbers, and the others are loaded', async () => {
  const { pairs, lines } = await read('1 2\nnonsense\n% comment\n3 -4\n5 6')
  expect(pairs).toEqual([
    [1, 2],
    [5, 6],
  ])
  expect(lines[0]).toBe('FILE, line 2: "nonsense": expected two ids, as in "17 42"; skipped')
  expect(lines[1]).toContain('FILE, line 4: "3 -4": "-4" is neither')
})

test('the first twenty malformed lines are shown, then a count', async () => {
  const { lines } = await read(`1 2\n${'bad\n'.repeat(1_234)}3 4\n`)
  expect(lines.filter((line) => line.includes(', line '))).toHaveLength(20)
  expect(lines).toContain('FILE: 1,214 more malformed lines, skipped')
})

test('a column header is not an edge', async () => {
  const { pairs, lines } = await read('id_1,id_2\n1,2\n')
  expect(pairs).toEqual([[1, 2]])
  expect(lines[0]).toBe('FILE: "id_1 id_2" is treated as the column header')
  expect((await read('ann ben\nben cem\n')).pairs).toHaveLength(2)
  expect((await read('ann ben\n')).pairs).toHaveLength(1)
})

test('the first edge decides whether ids can be names', async () => {
  const { pairs, lines } = await read('1 2\nnot an edge\n3 four\n5 6\n')
  expect(pairs).toEqual([
    [1, 2],
    [5, 6],
  ])
  expect(lines[0]).toBe('FILE, line 2: "not" is a name, but the ids of this file are whole numbers; skipped')
  expect(lines[1]).toContain('FILE, line 3: "four" is a name')
  expect((await read('ann 7\n1 2\nben ann\n')).pairs).toHaveLength(3)
})

test('the size line of a Matrix Market file is not an edge', async () => {
  const { pairs } = await read('%%MatrixMarket matrix coordinate pattern symmetric\n% x\n9 8 2\n2 1\n3 1\n')
  expect(pairs).toEqual([
    [2, 1],
    [3, 1],
  ])
})

test('lines can cross chunk boundaries', async () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `${i} ${i + 1}\n`).join('')
  const { users, pairs } = await read(text)
  expect(users).toBe(NAMED + 100_001)
  expect(pairs).toHaveLength(100_000)
})

test('a very long line is one malformed line', async () => {
  const { pairs, lines } = await read(`1 2\n${'9'.repeat(5_000_000)}\n3 4\n`)
  expect(pairs).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect(lines[0]).toBe(`FILE, line 2: longer than ${MAX_LINE} characters; skipped`)
})

test('an unreadable file is reported in one line', async () => {
  await expect(readEdgeFile('no-such-file.txt', () => {})).rejects.toThrow(
    'Cannot read the edge list no-such-file.txt: there is no such file. Check the path after --edges.',
  )
  await expect(readEdgeFile(tmpdir(), () => {})).rejects.toThrow('it is a folder')
  await expect(read(gzipSync('1 2\n'))).rejects.toThrow('is compressed (gzip). Unpack it')
  await expect(read('')).rejects.toThrow('has no edges')
  await expect(read('<html>\n<body>\n')).rejects.toThrow('has no edges')
})
