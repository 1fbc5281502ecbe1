import { describe, expect, it } from 'vitest'
import { bioFault, decideChange, nameFault } from './profile.ts'
import type { User } from './user.ts'

const alice: User = {
  id: '0192e4a0-0000-7000-8000-000000000001',
  handle: 'alice',
  name: 'Alice',
  bio: '',
  version: 3,
  createdAt: new Date(0),
}

describe('a change of a profile', () => {
  it('writes only what differs', () => {
    expect(decideChange(alice, { name: 'Alice', bio: 'Hello' }, null)).toEqual({ bio: 'Hello' })
    expect(decideChange(alice, { handle: 'alice2' }, 3)).toEqual({ handle: 'alice2' })
  })

  it('is empty when everything is as wanted already', () => {
    expect(decideChange(alice, {}, null)).toEqual({})
    expect(decideChange(alice, { handle: 'alice', name: 'Alice', bio: '' }, 3)).toEqual({})
  })

  it('is refused with the current version when it was made on another', () => {
    expect(decideChange(alice, { name: 'Alice' }, 2)).toMatchObject({
      code: 'STALE_VERSION',
      currentVersion: 3,
    })
  })

  it('points somebody without a profile at createProfile', () => {
    expect(decideChange(null, { name: 'A' }, null)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('createProfile'),
    })
  })
})

describe('the texts of a profile', () => {
  it('count characters as a person does', () => {
    expect(nameFault('😀'.repeat(100))).toBeNull()
    expect(nameFault('😀'.repeat(101))).toContain('101')
    expect(bioFault('x'.repeat(500))).toBeNull()
    expect(bioFault('x'.repeat(501))).toContain('501')
  })

  it('need a name but no bio', () => {
    expect(nameFault('  ')).toContain('blank')
    expect(bioFault('')).toBeNull()
  })

  it('have no NUL and no half of an emoji', () => {
    for (const fault of [nameFault, bioFault]) {
      expect(fault('a\0b')).toContain('NUL')
      expect(fault('a\ud83db')).toContain('surrogate')
    }
  })
})
