import { barChart, type Bar } from '../support/bar-chart.ts'
import { CONTENDERS, STOCK, WARM_NOTE, type ContenderName } from './contenders.ts'
import type { Result, Results } from './results.ts'

/** Not a gateway. As a bar it would make the others too short to compare. */
const CEILING: ContenderName = 'raw-http'

/** Renders the results as an SVG: requests per second and ratio of each contender. */
export function drawChart({
  query,
  headers,
  rounds,
  seconds,
  date,
  machine,
  responseBytes,
  results,
}: Results): string {
  const header =
    headers && `, ${headers === 'same' ? 'one header for all' : 'another header in each request'}`
  const ceiling = results[CEILING]
  const gateways = (Object.entries(results) as [ContenderName, Result][]).filter(([name]) => name !== CEILING)
  const pinned = machine.pinned ? 'gateway pinned to one core' : 'not pinned'
  return barChart({
    title: `Requests per second on one core: ${query}${header ?? ''}`,
    notes: [
      ...(gateways.some(([name]) => CONTENDERS[name].warm) ? [WARM_NOTE] : []),
      ...(ceiling ? [`For comparison, node:http alone with the same bytes: ${showRate(ceiling)}`] : []),
      `${(responseBytes / 1000).toFixed(1)} kB answer, 50 connections, ${rounds} interleaved rounds of ${seconds} s, median and spread; ${pinned}`,
      `${machine.cpu}, Node ${machine.node.slice(1)}, ${date.slice(0, 10)}`,
    ],
    bars: gateways.map(([name, { rps, spread, ratioToStock }]) => ({
      name,
      value: rps,
      range: spread.rps,
      label: showRatio(ratioToStock),
      kind: kindOf(name),
    })),
  })
}

function kindOf(name: ContenderName): Bar['kind'] {
  if (name === STOCK) return 'reference'
  const { peer, warm } = CONTENDERS[name]
  if (warm) return peer ? 'other-cached' : 'ours-cached'
  return peer ? 'other' : 'ours'
}

const showRate = ({ rps, ratioToStock }: Result) =>
  `${Math.round(rps).toLocaleString('en-US')} ${showRatio(ratioToStock)}`

const showRatio = (ratio: number | null) => (ratio === null ? '' : `× ${ratio.toFixed(ratio < 10 ? 1 : 0)}`)
