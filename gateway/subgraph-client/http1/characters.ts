/** Tables of bytes by the grammar of RFC 9110, section 5.6.2, and RFC 9112, section 5. */

/** Characters of tokens, such as field names: the byte in lower case. 0 for any other byte. */
export const TOKEN = new Uint8Array(256)
/** 1 for bytes that a field's value can contain: visible characters, space, tab and bytes above ASCII. */
export const VALUE = new Uint8Array(256)
/** The value of a hexadecimal digit. 255 for any other byte. */
export const HEX = new Uint8Array(256).fill(255)

for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[character.charCodeAt(0)] = character.toLowerCase().charCodeAt(0)
}
VALUE.fill(1, 0x20, 0x7f).fill(1, 0x80)
VALUE[0x09] = 1
for (let digit = 0; digit < 16; digit++) {
  const character = digit.toString(16)
  HEX[character.charCodeAt(0)] = HEX[character.toUpperCase().charCodeAt(0)] = digit
}

export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const COLON = 0x3a
export const SEMICOLON = 0x3b

/** Whether the bytes from `at` on are `name`, ignoring case. `name` must be in lower case. */
export function named(bytes: Uint8Array, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (TOKEN[bytes[at + i] ?? 0] !== name.charCodeAt(i)) return false
  }
  return true
}
