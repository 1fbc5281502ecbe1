import { USER_COLUMNS } from './user-columns.ts'

/** A scan of matching users, ordered by rank and handle. */
export type Scan = {
  ascending: boolean
  /**
   * Where the scan starts: at the end of the list, just past the cursor (`$4` is its rank, `$5` its handle), or at the cursor
   * itself. In the last case any users will do, not only the nearest ones.
   */
  from: 'end' | 'beyond' | 'cursor'
  /** Number of users to find, as SQL. */
  limit: string
}

/** `~` sorts after every character a handle can have. */
const HANDLE_STARTS = `(handle >= parent.id and handle < parent.id || '~')`
/** Uses the same rule as the index of names (`search_words`, in the migrations). In its own select, it is computed once. */
const NAME_FITS = `words @@ (select search_query($3)) and not ${HANDLE_STARTS}`

/** Handles to scan for names, per user to find, before the index of words is used. */
const WINDOW = 50

/**
 * SQL for the first users of the scan: at least as many as requested, if there are that many.
 *
 * Names are searched in two ways, because no index has both words and handles. A common word is soon found among the next
 * handles. For a rare word, all matches are read. This does not depend on the planner's estimate, which is far off when
 * names and handles correlate.
 */
export function scanSql(scan: Scan): string {
  const order = `order by handle ${scan.ascending ? 'asc' : 'desc'}`
  const handlesFirst = scan.ascending || scan.from === 'cursor'
  const left = handlesFirst ? `greatest(${scan.limit} - (select count(*) from handles), 0)` : scan.limit
  const wanted = '(select number from wanted)'
  const enough = `(select count(*) from nearby) >= ${wanted}`
  return `(
    with handles as (
      (select 0 as rank, ${USER_COLUMNS} from users where handle = parent.id and ${ahead(scan, 0)})
      union all
      (select 1, ${USER_COLUMNS} from users
       where ${HANDLE_STARTS} and handle <> parent.id and ${ahead(scan, 1)} ${order} limit ${scan.limit})
    ), wanted as (
      select ${left} as number
    ), nearby as (
      select 2, ${USER_COLUMNS} from (
        select * from users where ${ahead(scan, 2)} ${order} limit ${WINDOW} * ${wanted}
      ) as neighbours where ${NAME_FITS} ${order} limit ${wanted}
    ), everywhere as (
      select 2, ${USER_COLUMNS} from (
        select * from users where ${NAME_FITS} and ${ahead(scan, 2)} offset 0
      ) as unordered ${order} limit case when ${enough} then 0 else ${wanted} end
    )
    select * from handles
    union all select * from nearby where ${enough}
    union all select * from everywhere
  )`
}

/** Whether a user of this rank lies ahead of the scan. The first half skips ranks that lie behind it. */
function ahead({ ascending, from }: Scan, rank: number): string {
  if (from === 'end') return 'true'
  const [later, whole] = ascending ? ['>', `''`] : ['<', `'~'`]
  const bound = `case when $4::integer = ${rank} then $5::text else ${whole} end`
  return `${rank} ${later}= $4::integer and handle ${later}${from === 'cursor' ? '=' : ''} ${bound}`
}
