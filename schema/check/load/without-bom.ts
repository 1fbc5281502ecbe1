/** Some editors begin a file with a byte order mark, which JSON does not allow, and which would count as a column. */
export const withoutBom = (text: string): string => text.replace(/^\uFEFF/, '')
