import type { UsageExport } from '../../schema/check/usage/usage-export.ts'
import { requestsOf } from './export-usage.ts'

/** An export as lines for people. */
export function renderUsage({ from, to, operations, gaps = [] }: UsageExport): string[] {
  return [
    `The recording covers ${from} to ${to}.`,
    ...gaps.map((gap) => `! Gap from ${gap.from} to ${gap.to}: ${gap.reason}`),
    `${count(operations.length, 'operation')}, ${count(
      operations.reduce((sum, of) => sum + requestsOf(of), 0),
      'request',
    )}.`,
    ...operations.flatMap((operation) => [
      '',
      `${operation.name ?? '(no name)'}  ${operation.signature}  ${count(requestsOf(operation), 'request')}`,
      ...operation.clients.map(
        ({ name, version, count: requests, lastUsed }) =>
          `  ${name ?? '(no client name)'} ${version ?? '(no version)'}: ${count(requests, 'request')}, the last ${lastUsed}`,
      ),
    ]),
  ]
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-GB')} ${noun}${number === 1 ? '' : 's'}`
}
