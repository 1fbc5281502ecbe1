import { services, type Service } from '../../../../contracts/topology.ts'
import { listParked, redrive } from '../../../../patterns/change-log/index.ts'
import { copyHandler } from '../../copies/handlers.ts'
import { connect, sqlOf, transactOf } from '../../support/sessions.ts'
import { randomDuration, asSuperuser, retry, pause, type Nemesis, type ChaosSystem } from '../nemesis.ts'

/** Time from the end of the poison to the redrive. Events in between could be applied but must wait. Milliseconds. */
const WINDOW_MS = 2_000

const COPY = (service: Service) => ({ consumer: 'chaos.copy', source: service })

/** Events of some keys cannot be applied for a while. Then they are redriven while others arrive. */
export const poisoned: Nemesis = async (system, random) => {
  const service = random.pick(services)
  const [keys, ms] = [1 + random.below(30), randomDuration(random, 2_000, 6_000)]
  const url = system.servers.copyUrls[service]
  await retry(() => asSuperuser(url, (client) => client.query(POISON, [keys])))
  await pause(ms)
  const events = await cure(system, service, WINDOW_MS)
  return `events of up to ${keys} keys of ${service} failed for ${ms} ms; ${events} were parked and redriven`
}

/** The keys that changed last. */
const POISON = `
  insert into poison select distinct key from (select key from effect order by n desc limit $1) busy
  on conflict do nothing`

/** Ends the poison and redrives the parked events. @returns the number of events */
export async function cure({ servers }: ChaosSystem, service: Service, windowMs = 0): Promise<number> {
  const url = servers.copyUrls[service]
  await retry(() => asSuperuser(url, (client) => client.query('delete from poison')))
  await pause(windowMs)
  return retry(async () => {
    const client = await connect(url)
    let events = 0
    try {
      for (const { key } of await listParked(sqlOf(client), COPY(service))) {
        events += (await redrive(transactOf(client), COPY(service), key, copyHandler(service))).events
      }
      return events
    } finally {
      await client.end()
    }
  })
}
