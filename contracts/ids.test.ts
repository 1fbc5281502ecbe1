import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BUCKETS,
  bucketOf,
  formatId,
  ID_PREFIXES,
  isUuid,
  makeUuid,
  parseId,
  parseIdOf,
  type IdPrefix,
} from './ids.ts'

const prefixes = fc.constantFrom(...(Object.keys(ID_PREFIXES) as IdPrefix[]))
const buckets = fc.integer({ min: 0, max: BUCKETS - 1 })
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const randomness = fc.uint8Array({ minLength: 9, maxLength: 16 })

describe('a global id', () => {
  test('decodes to the prefix and uuid it was made from', () => {
    fc.assert(
      fc.property(prefixes, fc.uuid(), (prefix, uuid) => {
        expect(parseId(formatId(prefix, uuid))).toEqual({ prefix, uuid })
      }),
    )
  })

  test('is the only valid text for its uuid', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(user|post)_[0-9a-z]{26}$/), (id) => {
        const parsed = parseId(id)
        expect(parsed ? formatId(parsed.prefix, parsed.uuid) : id).toBe(id)
      }),
    )
  })

  test('sorts like its uuid', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(formatId('user', a) < formatId('user', b)).toBe(a < b)
      }),
    )
  })

  test('follows the TypeID specification', () => {
    // A valid case of the specification's own test data.
    expect(formatId('user', '01890a5d-ac96-774b-bcce-b302099a8057')).toBe('user_01h455vb4pex5vsknk084sn02q')
    expect(formatId('post', 'ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(`post_7${'z'.repeat(25)}`)
  })

  test.for([
    ['', 'empty'],
    ['01h455vb4pex5vsknk084sn02q', 'no prefix'],
    ['_01h455vb4pex5vsknk084sn02q', 'an empty prefix'],
    ['cat_01h455vb4pex5vsknk084sn02q', 'an unknown prefix'],
    ['toString_01h455vb4pex5vsknk084sn02q', "a name of Object's prototype"],
    ['user_01h455vb4pex5vsknk084sn02', 'too short'],
    ['user_01h455vb4pex5vsknk084sn02qq', 'too long'],
    ['user_01H455VB4PEX5VSKNK084SN02Q', 'upper case'],
    ['user_01h455vb4pex5vsknk084sn02l', 'a letter outside the alphabet'],
    ['user_81h455vb4pex5vsknk084sn02q', 'more than 128 bits'],
    ['user_01h455vb4pex5vsknk084sn02q ', 'a blank at the end'],
    ['user_01h455vb4pex5vsknk084sn02q\n', 'a newline at the end'],
    ['01890a5d-ac96-774b-bcce-b302099a8057', 'a uuid'],
  ] as const)('is not %j (%s)', ([text]) => {
    expect(parseId(text)).toBeNull()
  })

  test('is not accepted as an id of another type', () => {
    const uuid = '01890a5d-ac96-774b-bcce-b302099a8057'
    expect(parseIdOf('user', formatId('user', uuid))).toBe(uuid)
    expect(parseIdOf('user', formatId('post', uuid))).toBeNull()
  })

  test('cannot be made from text that is not a uuid', () => {
    expect(() => formatId('user', 'nonsense')).toThrow('not a uuid: "nonsense"')
  })
})

describe('a new uuid', () => {
  test('is a version 7 uuid that contains its bucket', () => {
    fc.assert(
      fc.property(times, buckets, randomness, (ms, bucket, random) => {
        const uuid = makeUuid(ms, bucket, random)
        expect(isUuid(uuid)).toBe(true)
        expect(uuid).toMatch(/^.{14}7.{4}[89ab]/)
        expect(bucketOf(uuid)).toBe(bucket)
        expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBe(ms)
      }),
    )
  })

  test('uses each of its 64 random bits', () => {
    const base = makeUuid(0, 0, new Uint8Array(9))
    const flipped = Array.from({ length: 72 }, (_, bit) => {
      const random = new Uint8Array(9)
      random[bit >> 3] = 1 << (bit & 7)
      return makeUuid(0, 0, random)
    })
    expect(new Set(flipped.filter((uuid) => uuid !== base)).size).toBe(64)
  })

  test.for([-1, BUCKETS, 0.5])('rejects bucket %d', (bucket) => {
    expect(() => makeUuid(0, bucket, new Uint8Array(9))).toThrow(RangeError)
  })

  test('rejects too few random bytes', () => {
    expect(() => makeUuid(0, 0, new Uint8Array(8))).toThrow('8 random bytes, 9 needed')
  })
})
