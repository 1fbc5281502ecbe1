import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLog, readAll, tick, write, type Session } from './support/log-database.ts'

/** What a writer can do next; `tick` is done by the relay. Writers have one transaction at a time, or one in doubt. */
const step = fc.record({
  writer: fc.nat(3),
  act: fc.constantFrom(
    'begin',
    'write',
    'write',
    'write',
    'savepoint',
    'undo',
    'commit',
    'rollback',
    'prepare',
    'tick',
  ),
  key: fc.constantFrom('a', 'b'),
})

type Writer = {
  session: Session
  state: 'idle' | 'open' | 'doubt'
  written: Written[]
  savepoints: number[]
  gid: string
}
type Written = { key: string; payload: string }

test('with random writers, each committed event is read once, at one offset, in the order of its key', async () => {
  await using log = await openLog()
  const sessions = await Promise.all([0, 1, 2, 3].map(() => log.database.session()))
  let run = 0
  let from = { epoch: log.epoch, offset: 1 }
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
    run++
    const writers = sessions.map((session, i): Writer => ({
      session,
      state: 'idle',
      written: [],
      savepoints: [],
      gid: `w${i}-${run}-${process.pid}`,
    }))
    const locked = new Map<string, Writer>()
    const committed: Written[] = []
    const end = (writer: Writer, kept: boolean) => {
      if (kept) committed.push(...writer.written)
      Object.assign(writer, { state: 'idle', written: [], savepoints: [] })
      for (const [key, holder] of locked) if (holder === writer) locked.delete(key)
    }
    let count = 0
    for (const { writer: i, act, key } of steps) {
      const writer = writers[i] as Writer
      const { sql } = writer.session
      if (act === 'tick') await tick(log.relay.sql, false).catch(() => {})
      else if (writer.state === 'doubt') {
        await sql(`${act === 'rollback' ? 'rollback' : 'commit'} prepared '${writer.gid}'`)
        end(writer, act !== 'rollback')
      } else if (writer.state === 'idle') {
        await sql('begin')
        // So that the order of the xids is not that of the writes.
        await sql('select pg_current_xact_id()')
        writer.state = 'open'
      } else if (act === 'write' && (locked.get(key) ?? writer) === writer) {
        locked.set(key, writer)
        const payload = `${run}.${++count}`
        await write(sql, key, payload)
        writer.written.push({ key, payload })
      } else if (act === 'savepoint') {
        await sql(`savepoint s${writer.savepoints.length}`)
        writer.savepoints.push(writer.written.length)
      } else if (act === 'undo' && writer.savepoints.length > 0) {
        await sql(`rollback to s${writer.savepoints.length - 1}`)
        writer.written.length = writer.savepoints.at(-1) ?? 0
      } else if (act === 'commit' || act === 'rollback') {
        await sql(act)
        end(writer, act === 'commit')
      } else if (act === 'prepare') {
        await sql(`prepare transaction '${writer.gid}'`)
        writer.state = 'doubt'
      }
    }
    for (const writer of writers) {
      if (writer.state !== 'idle')
        await writer.session.sql(writer.state === 'doubt' ? `commit prepared '${writer.gid}'` : 'commit')
      end(writer, true)
    }
    await tick(log.relay.sql)
    const records = await readAll(log.relay.sql, from, 7)
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => from.offset + 1 + i))
    const read = records.flatMap((record) => (record.kind === 'event' ? [record] : []))
    expect(read).toHaveLength(committed.length)
    for (const key of ['a', 'b']) {
      const ofKey = (events: readonly { key: string; payload: unknown }[]) =>
        events.filter((event) => event.key === key).map(({ payload }) => payload)
      expect(ofKey(read)).toEqual(ofKey(committed))
    }
    from = { epoch: log.epoch, offset: records.at(-1)?.offset ?? 0 }
  })
  await fc.assert(property, { numRuns: 60 })
})
