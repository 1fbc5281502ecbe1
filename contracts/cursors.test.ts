import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursors.ts'

const SCOPE = 'User.posts:0192:ALL'
const keys = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 })

describe('a cursor', () => {
  test('decodes to the sort key it was made from', () => {
    fc.assert(
      fc.property(fc.string(), keys, (scope, values) => {
        expect(decodeCursor(scope, encodeCursor(scope, values))).toEqual({ ok: true, values })
      }),
    )
  })

  test('preserves lone surrogates and NUL', () => {
    const values = ['\ud800', '\0', '🙂', '"\\']
    expect(decodeCursor(SCOPE, encodeCursor(SCOPE, values))).toEqual({ ok: true, values })
  })

  test('needs no escaping in a URL', () => {
    fc.assert(
      fc.property(keys, (values) => {
        const cursor = encodeCursor(SCOPE, values)
        expect(encodeURIComponent(cursor)).toBe(cursor)
      }),
    )
  })

  test('of another list is foreign', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), keys, (one, other, values) => {
        fc.pre(one !== other)
        expect(decodeCursor(other, encodeCursor(one, values))).toEqual({ ok: false, fault: 'foreign' })
      }),
    )
  })

  test('of an earlier format is stale', () => {
    // Format 0 of this list, with a valid checksum.
    const cursor = Buffer.from('[0,"aaaaaaaa","x"]99879be1').toString('base64url')
    expect(decodeCursor(SCOPE, cursor)).toEqual({ ok: false, fault: 'stale' })
  })

  test('with one byte changed is malformed', () => {
    const cursor = encodeCursor(SCOPE, ['2026-11-20 19:04:35.123+00', '0192'])
    const bytes = Buffer.from(cursor, 'base64url')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const mangled = Buffer.from(bytes)
        mangled[at] = (mangled[at] ?? 0) ^ change
        const decoded = decodeCursor(SCOPE, mangled.toString('base64url'))
        expect(decoded).toEqual({ ok: false, fault: 'malformed' })
      }),
    )
  })

  test('that is truncated is malformed', () => {
    const cursor = encodeCursor(SCOPE, ['2026-11-20', '0192'])
    for (let length = 0; length < cursor.length; length++) {
      expect(decodeCursor(SCOPE, cursor.slice(0, length))).toEqual({ ok: false, fault: 'malformed' })
    }
  })

  test('cannot be arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeCursor(SCOPE, text)).toEqual({ ok: false, fault: 'malformed' })
      }),
    )
  })

  test('with anything added is malformed, even characters that decoding would skip', () => {
    const cursor = encodeCursor('list', ['a'])
    for (const added of [`${cursor}=`, `${cursor}!`, ` ${cursor}`, `${cursor}\n`, `${cursor}A`]) {
      expect(decodeCursor('list', added)).toEqual({ ok: false, fault: 'malformed' })
    }
  })
})
