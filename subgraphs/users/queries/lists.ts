import type { KeysetList } from '../../../patterns/pagination/index.ts'

/** A row of `users` as a `User`. */
export const USER_COLUMNS = 'id, handle, name, bio, version, created_at as "createdAt"'

/** Handles that start with the parent: `~` sorts after every character a handle can have. */
const HANDLE_STARTS = `(handle >= parent.id and handle < parent.id || '~')`

/**
 * Users found by a text, the parent, lower case; `$3` has its words as a tsquery. Rank 0: the handle is the text.
 * 1: the handle starts with it. 2: each word of the text begins a word of the name. The three never overlap.
 */
export const SEARCH: KeysetList = {
  name: 'Query.searchUsers',
  parentType: 'text',
  select: 'found.id, found.handle, found.name, found.bio, found.version, found."createdAt"',
  from: `(
    select 0 as rank, ${USER_COLUMNS} from users where handle = parent.id
    union all
    select 1, ${USER_COLUMNS} from users where ${HANDLE_STARTS} and handle <> parent.id
    union all
    select 2, ${USER_COLUMNS} from users where name_words(name) @@ $3::tsquery and not ${HANDLE_STARTS}
  ) as found`,
  where: 'true',
  key: [
    { column: 'found.rank', type: 'integer' },
    { column: 'found.handle', type: 'text' },
  ],
  order: 'asc',
  extras: 1,
}
