export { connectionLoader, type Connection, type Edge, type PageReader } from './connection.ts'
export { presentConnection } from './present.ts'
export type { KeysetList } from './keyset.ts'
export { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type PageArgs } from './page.ts'
