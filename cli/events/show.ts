import { readStored } from '../../patterns/event-store/index.ts'
import type { OpenDatabase } from '../log/open-database.ts'
import { plain } from '../log/plain.ts'

type Output = { print: (line: string) => void; printToStderr: (line: string) => void }

/** Prints the events of a stream as they are stored. @returns false if there are none */
export async function show(
  { sql }: Pick<OpenDatabase, 'sql'>,
  { stream, json }: { stream: string; json: boolean },
  { print, printToStderr }: Output,
): Promise<boolean> {
  const events = (await readStored(sql, [stream])).get(stream) ?? []
  if (json) print(JSON.stringify(events, null, 2))
  else
    for (const { version, recordedAt, type, schema, data, meta } of events)
      print(
        plain(
          `${version}  ${recordedAt.toISOString()}  ${type} ${schema}  ${JSON.stringify(data)}  ${JSON.stringify(meta)}`,
        ),
      )
  if (events.length === 0) printToStderr(plain(`The stream ${stream} has no events.`))
  return events.length > 0
}
