import fc from 'fast-check'
import { expect, test } from 'vitest'
import { covers, parseSnapshot, sees } from '../../patterns/change-log/snapshot.ts'
import { openLogDatabase } from './support/log-database.ts'

/** Texts of snapshots as Postgres writes them: xip sorted, from xmin (its first, or else xmax) to below xmax. */
const snapshotText = fc
  .tuple(
    fc.tuple(fc.bigInt(0n, 2n ** 30n), fc.bigInt(100n, 2n ** 32n - 1n)),
    fc.uniqueArray(fc.bigInt(1n, 60n), { maxLength: 8 }),
  )
  .map(([[wraps, low], below]) => {
    const xmax = (wraps << 32n) + low
    const xip = below.map((n) => xmax - n)
    const sorted = xip.toSorted((a, b) => (a < b ? -1 : 1))
    return `${sorted[0] ?? xmax}:${xmax}:${sorted.join()}`
  })

test('visibility in a snapshot is the same as in Postgres', async () => {
  await using database = await openLogDatabase()
  const { sql } = await database.session()
  const near = fc.bigInt(-70n, 10n)
  const property = fc.asyncProperty(
    snapshotText,
    fc.array(near, { minLength: 1, maxLength: 50 }),
    async (text, offsets) => {
      const { xmax } = parseSnapshot(text)
      const xids = offsets.map((n) => xmax + n).filter((xid) => xid > 0n)
      const rows = await sql<{ visible: boolean }>(
        'select pg_visible_in_snapshot(x::text::xid8, $1::pg_snapshot) as visible from unnest($2::text[]) x',
        text,
        xids.map(String),
      )
      expect(xids.map((xid) => sees(parseSnapshot(text), xid))).toEqual(rows.map(({ visible }) => visible))
    },
  )
  await fc.assert(property, { numRuns: 300 })
})

test('a snapshot covers an earlier one, and then sees everything that the earlier one sees', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.bigInt(3n, 12n), { maxLength: 5 }),
      fc.uniqueArray(fc.bigInt(3n, 12n), { maxLength: 5 }),
      fc.bigInt(3n, 13n),
      fc.bigInt(3n, 13n),
      (xipA, xipB, xmaxA, xmaxB) => {
        const a = { xmax: xmaxA, xip: new Set(xipA.filter((xid) => xid < xmaxA)) }
        const b = { xmax: xmaxB, xip: new Set(xipB.filter((xid) => xid < xmaxB)) }
        const xids = Array.from({ length: 14 }, (_, i) => BigInt(i))
        const seesAll = xids.every((xid) => !sees(b, xid) || sees(a, xid))
        // Of two that see the same, the one with the lower xmax is not found to cover: that costs a wait at most.
        expect(covers(a, b)).toBe(seesAll && xmaxA >= xmaxB)
      },
    ),
    { numRuns: 2_000 },
  )
})

test.each(['', '1:2', 'a:2:', '1:2:3,', '1:2:,3', '1:2:3 ', '-1:2:'])('%j is not a snapshot', (text) => {
  expect(() => parseSnapshot(text)).toThrow('not a snapshot')
})
