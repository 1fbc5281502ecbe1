import { USER_COLUMNS } from './user-columns.ts'

/** A walk over found users in the order of rank and handle. */
export type Scan = {
  ascending: boolean
  /**
   * Where it begins: at its end of the list, just beyond the cursor (`$4` its rank, `$5` its handle), or at the
   * cursor's own place; in that case any users will do, not the nearest ones only.
   */
  from: 'end' | 'beyond' | 'cursor'
  /** How many users it wants, as SQL. */
  limit: string
}

/** `~` sorts after every character a handle can have. */
const HANDLE_STARTS = `(handle >= parent.id and handle < parent.id || '~')`
/** By the rule that cut the names (`search_words`, in the migrations). In a select of its own, it is computed once. */
const NAME_FITS = `words @@ (select search_query($3)) and not ${HANDLE_STARTS}`

/** Names are looked for among this many handles for each one wanted, before the index of words is asked. */
const WINDOW = 50

/**
 * SQL of the users that the scan meets first: at least as many as it wants, if there are so many.
 *
 * Names are looked for in two ways, because no index has both words and handles. A word that many have is soon met
 * among the next handles; of a word that few have, all are read. Neither depends on the planner's guess of which it
 * is: that is far off where names and handles go together.
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

/** Whether a user of a rank lies ahead of the scan. The first half spares reading ranks that lie behind it. */
function ahead({ ascending, from }: Scan, rank: number): string {
  if (from === 'end') return 'true'
  const [later, whole] = ascending ? ['>', `''`] : ['<', `'~'`]
  const bound = `case when $4::integer = ${rank} then $5::text else ${whole} end`
  return `${rank} ${later}= $4::integer and handle ${later}${from === 'cursor' ? '=' : ''} ${bound}`
}
