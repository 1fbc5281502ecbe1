import { EventStore } from '@castore/core'
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres'

/**
 * Castore over Postgres, as its documentation sets it up: an event store with a reducer, whose events are pushed and whose
 * aggregates are read.
 *
 * @returns the operations of `bench/event-store/stores.ts`
 */
export async function openCastore(connectionString) {
  const tableName = 'event'
  await PostgresEventStorageAdapter.createEventTable({
    connectionString,
    tableName,
    aggregateId: { type: 'VARCHAR', length: 100 },
  })
  const adapter = new PostgresEventStorageAdapter({ connectionString, tableName })
  const store = new EventStore({
    eventStoreId: 'TALLY',
    eventTypes: [],
    eventStorageAdapter: adapter,
    reducer: (state, { version, payload }) => ({ version, sum: (state?.sum ?? 0) + payload.n }),
  })
  const event = ({ stream, expectedVersion, n }) => ({
    aggregateId: stream,
    version: expectedVersion + 1,
    type: 'Added',
    payload: { n },
    metadata: { actor: 'bench' },
  })
  return {
    async append(one) {
      await store.pushEvent(event(one))
    },
    async appendToMany(many) {
      await EventStore.pushEventGroup(...many.map((one) => store.groupEvent(event(one))))
    },
    async fold(streams) {
      const read = await Promise.all(streams.map((stream) => store.getAggregate(stream)))
      return read.map(({ aggregate }) => aggregate.sum)
    },
    // Castore has no way to close its connections.
    close: () => adapter._sql.end(),
  }
}
