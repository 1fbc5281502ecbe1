import { describe, expect, it } from 'vitest'
import { bioFault, decideChange, nameFault } from './profile.ts'
import type { User } from './user.ts'

const alice: User = {
  id: '0192e4a0-0000-7000-8000-000000000001',
  handle: 'alice',
  name: 'Alice',
  bio: '',
  approvesFollowers: false,
  version: 3,
  createdAt: new Date(0),
}

describe('a profile update', () => {
  it('writes only what differs', () => {
    expect(decideChange(alice, { name: 'Alice', bio: 'Hello' }, null)).toEqual({ bio: 'Hello' })
    expect(decideChange(alice, { handle: 'alice2' }, 3)).toEqual({ handle: 'alice2' })
  })

  it('is empty if nothing differs', () => {
    expect(decideChange(alice, {}, null)).toEqual({})
    expect(decideChange(alice, { handle: 'alice', name: 'Alice', bio: '' }, 3)).toEqual({})
  })

  it('is rejected with the current version if it was based on another', () => {
    expect(decideChange(alice, { name: 'Alice' }, 2)).toMatchObject({
      code: 'STALE_VERSION',
      currentVersion: 3,
    })
  })

  it('refers a user without a profile to createProfile', () => {
    expect(decideChange(null, { name: 'A' }, null)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('createProfile'),
    })
  })
})

describe('the texts of a profile', () => {
  it('are measured in characters, not code units', () => {
    expect(nameFault('😀'.repeat(100))).toBeNull()
    expect(nameFault('😀'.repeat(101))).toContain('101')
    expect(bioFault('x'.repeat(500))).toBeNull()
    expect(bioFault('x'.repeat(501))).toContain('501')
  })

  it('require a name but no bio', () => {
    expect(nameFault('  ')).toContain('blank')
    expect(bioFault('')).toBeNull()
  })

  it('cannot contain NUL or half of an emoji', () => {
    for (const fault of [nameFault, bioFault]) {
      expect(fault('a\0b')).toContain('NUL')
      expect(fault('a\ud83db')).toContain('surrogate')
    }
  })
})
