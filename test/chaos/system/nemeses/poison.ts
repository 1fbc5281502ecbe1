import { services, type Service } from '../../../../contracts/topology.ts'
import { listParked, redrive } from '../../../../patterns/change-log/index.ts'
import { copyHandler } from '../../copies/handlers.ts'
import { connect, sqlOf, transactOf } from '../../support/sessions.ts'
import { aWhile, asSuperuser, insist, pause, type Nemesis, type Stage } from '../stage.ts'

/** From the end of the poison to the redrive: what comes meanwhile could be applied, and must wait all the same. Milliseconds. */
const WINDOW_MS = 2_000

const COPY = (service: Service) => ({ consumer: 'chaos.copy', source: service })

/** Events of some keys cannot be applied for a while; then they are redriven, while others come. */
export const poisoned: Nemesis = async (stage, random) => {
  const service = random.pick(services)
  const [keys, ms] = [1 + random.below(30), aWhile(random, 2_000, 6_000)]
  const url = stage.ground.copyUrls[service]
  await insist(() => asSuperuser(url, (client) => client.query(POISON, [keys])))
  await pause(ms)
  const events = await cure(stage, service, WINDOW_MS)
  return `events of up to ${keys} keys of ${service} failed for ${ms} ms; ${events} were parked and redriven`
}

/** Those that changed last. */
const POISON = `
  insert into poison select distinct key from (select key from effect order by n desc limit $1) busy
  on conflict do nothing`

/** Ends the poison, and redrives what is parked. @returns how many events that were */
export async function cure({ ground }: Stage, service: Service, windowMs = 0): Promise<number> {
  const url = ground.copyUrls[service]
  await insist(() => asSuperuser(url, (client) => client.query('delete from poison')))
  await pause(windowMs)
  return insist(async () => {
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
