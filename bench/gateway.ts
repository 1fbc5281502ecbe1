import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { parseBenchArguments } from './gateway/arguments.ts'
import { drawChart } from './gateway/chart.ts'
import { summarise, type Results } from './gateway/results.ts'
import { runSession } from './gateway/session.ts'
import { printTable } from './gateway/table.ts'

/** `npm run bench:gateway`: the gateway and other federation gateways. */
await runCommand(async () => {
  const args = parseBenchArguments()
  const session = await runSession(args, (line) => console.error(line))
  const results = summarise(args, session, new Date(systemClock()).toISOString())
  console.log(args.json ? JSON.stringify(results, null, 2) : printTable(results))
  if (args.save) await save(results)
})

async function save(results: Results): Promise<void> {
  const name = ['gateway', results.query, ...(results.headers === 'same' ? ['same-header'] : [])].join('-')
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`)
  await writeFile(join(folder, `${name}.svg`), drawChart(results))
  console.error(`Wrote bench/results/${name}.json and .svg.`)
}
