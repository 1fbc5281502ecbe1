import { describe, expect, it } from 'vitest'
import { handleFault, isHandle, normalizeHandle } from './handle.ts'

describe('a handle', () => {
  it('is 3 to 30 of a-z, 0-9 and _, starting with a letter', () => {
    for (const good of ['abc', 'a_1', `a${'9'.repeat(29)}`]) expect(handleFault(good)).toBeNull()
    const bad = [
      '',
      'ab',
      `a${'9'.repeat(30)}`,
      '1abc',
      '_abc',
      'al ice',
      'al-ice',
      'älice',
      'alice\n',
      'a\0bc',
      '@alice',
    ]
    for (const handle of bad) expect(isHandle(handle), JSON.stringify(handle)).toBe(false)
  })

  it('is case-insensitive', () => {
    expect(normalizeHandle('ALice_1')).toBe('alice_1')
  })

  it('with a leading @ is rejected with the handle to use', () => {
    expect(handleFault('@alice')).toBe('"@alice" is not a handle. Leave out the @: "alice".')
    expect(handleFault('@@alice')).toContain('Use 3 to 30 of')
  })

  it('is quoted in the error if it is invalid, and truncated if it is long', () => {
    expect(handleFault('al-ice')).toContain('"al-ice"')
    expect(handleFault('-'.repeat(10_000))?.length).toBeLessThan(200)
  })
})
