import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

test('a hash verifies only its own password', async () => {
  const hash = await hashPassword('correct horse')
  expect(hash).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
  expect(await verifyPassword('correct horse', hash)).toBe(true)
  expect(await verifyPassword('correct horsf', hash)).toBe(false)
  expect(await verifyPassword('', hash)).toBe(false)
})

test('each hash of the same password has a different salt', async () => {
  const [first, second] = await Promise.all([hashPassword('same'), hashPassword('same')])
  expect(first).not.toBe(second)
  expect(await verifyPassword('same', second)).toBe(true)
})

test('the same salt gives the same hash', async () => {
  const salt = Buffer.alloc(16, 7)
  expect(await hashPassword('same', salt)).toBe(await hashPassword('same', salt))
})

test('a hash with other costs can be verified', async () => {
  // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), 64 bytes.
  const expected = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  )
  const hash = `scrypt$16384$8$1$${base64('SodiumChloride')}$${expected.toString('base64url')}`
  expect(await verifyPassword('pleaseletmein', hash)).toBe(true)
})

test('composed and decomposed letters are equal in passwords', async () => {
  expect(await verifyPassword('Zoe\u0308 passes', await hashPassword('Zo\u00eb passes'))).toBe(true)
})

test.each([
  '',
  'plain text',
  `bcrypt$32768$8$1$${'a'.repeat(22)}$${'a'.repeat(43)}`,
  `scrypt$32767$8$1$${'a'.repeat(22)}$${'a'.repeat(43)}`,
  `scrypt$32768$0$1$${'a'.repeat(22)}$${'a'.repeat(43)}`,
  `scrypt$32768$8$1$${'a'.repeat(22)}`,
  `scrypt$16777216$8$1$${'a'.repeat(22)}$${'a'.repeat(43)}`,
])('a malformed hash causes a clear error: %j', async (hash) => {
  await expect(verifyPassword('any', hash)).rejects.toThrow('malformed password hash')
})

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}
