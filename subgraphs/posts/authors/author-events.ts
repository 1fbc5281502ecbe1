import type { Sql } from '../../../contracts/sql.ts'
import { checkEvent } from '../../../contracts/events.ts'
import { parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import {
  type EventRecord,
  type Handler,
  insertEvents,
  MAX_TOUCHES,
} from '../../../patterns/change-log/index.ts'
import { authorsChanged } from '../domain/events.ts'

/** The changes of one author by events. `handleOffset` is the offset of the event that set the handle. */
type AuthorPatch = {
  id: Uuid
  created: boolean
  handle: string | null
  handleOffset: number | null
  name: string | null
  version: number
}

/**
 * Applies events of profiles. Law: the copy of an author has the data of their latest event, and an older version never
 * replaces a newer one. An author whom no event or export has created cannot be changed: the event fails, and the author is
 * parked. The same transaction writes the changed authors to the log of posts, so that caches drop data that shows them.
 */
export const authorEvents: Handler = {
  versions: { 'user.created': 1, 'user.renamed': 1, 'user.updated': 1 },
  async apply(tx, events) {
    const patches = fold(events)
    const inserted = await insert(
      tx,
      patches.filter(({ created }) => created),
    )
    const updated = await update(
      tx,
      patches.filter(({ created }) => !created),
    )
    await writeChanged(tx, [...inserted, ...updated])
  },
}

/** Writes several events rather than one with too many facets, which would touch the whole database. */
async function writeChanged(tx: Sql, authors: readonly Uuid[]): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(authors.length / MAX_TOUCHES) }, (_, i) =>
    authors.slice(i * MAX_TOUCHES, (i + 1) * MAX_TOUCHES),
  )
  await insertEvents(tx, chunks.map(authorsChanged), checkEvent)
}

/** Merges the events of each author into one patch. Later events override earlier ones. */
function fold(events: readonly EventRecord[]): AuthorPatch[] {
  const patches = new Map<Uuid, AuthorPatch>()
  for (const event of events) {
    const next = read(event)
    const before = patches.get(next.id)
    patches.set(next.id, {
      ...next,
      created: next.created || (before?.created ?? false),
      handle: next.handle ?? before?.handle ?? null,
      handleOffset: next.handleOffset ?? before?.handleOffset ?? null,
      name: next.name ?? before?.name ?? null,
    })
  }
  return [...patches.values()]
}

/** Reads the required fields. Other fields may be added later. @throws TypeError naming the invalid field */
function read({ type, payload, offset }: EventRecord): AuthorPatch {
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  const { userId, handle, name, version } = fields
  const id = typeof userId === 'string' ? parseIdOf('user', userId) : null
  if (id === null) throw wrong(type, 'userId', 'the id of a user', userId)
  if (!Number.isSafeInteger(version)) throw wrong(type, 'version', 'a whole number', version)
  const patch = { id, created: type === 'user.created', version: Number(version) }
  const named = type !== 'user.renamed'
  const handled = type !== 'user.updated'
  if (named && typeof name !== 'string') throw wrong(type, 'name', 'text', name)
  if (handled && typeof handle !== 'string') throw wrong(type, 'handle', 'text', handle)
  return {
    ...patch,
    name: named ? String(name) : null,
    handle: handled ? String(handle) : null,
    handleOffset: handled ? offset : null,
  }
}

function wrong(type: string, field: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${type}: payload.${field}: expected ${expected}, got ${JSON.stringify(value)}`)
}

/** @returns the changed authors */
async function insert(tx: Sql, patches: readonly AuthorPatch[]): Promise<Uuid[]> {
  if (patches.length === 0) return []
  const changed = await tx<{ id: Uuid }>(
    `insert into author as own (id, handle, name, version, handle_offset)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::bigint[])
     on conflict (id) do update set (handle, name, version, handle_offset) =
       (excluded.handle, excluded.name, excluded.version, excluded.handle_offset)
     where excluded.version >= own.version
     returning id`,
    ...columns(patches),
  )
  return changed.map(({ id }) => id)
}

/** @returns the changed authors */
async function update(tx: Sql, patches: readonly AuthorPatch[]): Promise<Uuid[]> {
  if (patches.length === 0) return []
  const changed = await tx<{ id: Uuid }>(
    `update author as own set
       handle = coalesce(patch.handle, own.handle), name = coalesce(patch.name, own.name), version = patch.version,
       handle_offset = coalesce(patch.handle_offset, own.handle_offset)
     from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::bigint[])
       as patch (id, handle, name, version, handle_offset)
     where own.id = patch.id and patch.version >= own.version returning own.id`,
    ...columns(patches),
  )
  if (changed.length < patches.length) await requireKnown(tx, patches)
  return changed.map(({ id }) => id)
}

async function requireKnown(tx: Sql, patches: readonly AuthorPatch[]): Promise<void> {
  const ids = patches.map(({ id }) => id)
  const known = await tx<{ id: Uuid }>('select id from author where id = any($1::uuid[])', ids)
  const missing = new Set(ids).difference(new Set(known.map(({ id }) => id)))
  if (missing.size === 0) return
  throw new Error(`The copy has no author ${[...missing].join(', ')} to change.`)
}

function columns(patches: readonly AuthorPatch[]): unknown[] {
  return [
    patches.map(({ id }) => id),
    patches.map(({ handle }) => handle),
    patches.map(({ name }) => name),
    patches.map(({ version }) => version),
    patches.map(({ handleOffset }) => handleOffset),
  ]
}
