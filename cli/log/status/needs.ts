import { serviceOf } from '../../../contracts/topology.ts'
import { mayKeep } from '../../../patterns/change-log/index.ts'
import { count, duration } from '../plain.ts'
import { LATE_MS, type ConsumerReport, type LogReport } from './report.ts'

/** Actions that a log requires from an operator, one or two sentences each. */
export function needsOf(report: Omit<LogReport, 'needs'>): string[] {
  return [
    ...needsOfLog(report),
    ...needsOfStream(report),
    ...report.consumers.flatMap((consumer) => needsOfConsumer(report, consumer)),
  ]
}

function needsOfLog({ database, state, reason, log }: Omit<LogReport, 'needs'>): string[] {
  switch (state) {
    case 'running':
      return []
    case 'unusable':
      return [reason ?? '']
    case 'not started':
      return [`Its log was never started. Start the ${serviceOf(database)} service, which starts it.`]
    case 'standby':
      return ['This is a standby. Use the address of the primary.']
    case 'restored':
      if (!mayKeep(reason ?? ''))
        return [`Its log is refused: ${reason}. npm run log -- epoch bump ${database}.`]
      return [
        `Its log is refused: ${reason}. If commits may be lost: npm run log -- epoch bump ${database}. \
If none are: npm run log -- epoch keep ${database}.`,
      ]
    case 'silent': {
      const waiting = log?.unpublished.events ? `; ${count(log.unpublished.events, 'event')} wait` : ''
      return [
        `No process has taken a tick for ${duration(log?.tickAgeMs ?? 0)}${waiting}. Start the ${serviceOf(database)} service. \
If it runs, its /readyz says why.`,
      ]
    }
  }
}

function needsOfStream({ database, state, log, stream }: Omit<LogReport, 'needs'>): string[] {
  if (!stream || !log) return []
  if (stream.fault !== null) return [`${stream.fault} Until this is fixed, consumers read the log over HTTP.`]
  const { top, lag } = stream
  if (top && (top.epoch > log.end.epoch || (lag && lag.records < 0))) {
    return [
      `Redis has offset ${top.offset} of epoch ${top.epoch}, which the log does not have. Either the database has lost \
commits: npm run log -- epoch bump ${database}. Or another installation uses the same Redis: give each its own, \
then: npm run log -- epoch keep ${database}.`,
    ]
  }
  if (state !== 'running' || (lag && lag.ms < LATE_MS)) return []
  const how = lag ? `${duration(lag.ms)} behind` : top ? 'of an older epoch' : 'empty'
  return [`Its Redis stream is ${how}. The /readyz of the ${serviceOf(database)} service says why.`]
}

function needsOfConsumer(
  { database, log }: Omit<LogReport, 'needs'>,
  { name, service, position, lag, reported, parkedKeys, waiting }: ConsumerReport,
): string[] {
  const needs: string[] = []
  const start = service
    ? `Start the ${service} service, which builds it; or: npm run log -- rebuild ${name}.`
    : ''
  const forget = `If it will never run again: npm run log -- consumers forget ${database} ${name}.`
  if (!log) return []
  if (!position) needs.push(`${name} was never built. ${start}`)
  else if (reported?.expired)
    needs.push(`${name} is expired: events that it needs are deleted. ${start} ${forget}`)
  else if (!lag) needs.push(`${name} is in another epoch, ${position.epoch}. ${start} ${forget}`)
  else if (lag.records < 0) {
    needs.push(
      `${name} has offset ${position.offset}, which the log does not have: the database has lost commits. \
npm run log -- epoch bump ${database}.`,
    )
  } else if (waiting && waiting.ms >= LATE_MS) {
    needs.push(
      `${name} has waited for another log for ${duration(waiting.ms)}: ${waiting.reason}. Check its position in that log.`,
    )
  } else if (lag.ms >= LATE_MS) {
    const where = service ? `Does the ${service} service run? Its /readyz says more.` : 'Does it run?'
    needs.push(`${name} is ${duration(lag.ms)} behind, ${count(lag.records, 'record')}. ${where} ${forget}`)
  }
  if (parkedKeys) {
    needs.push(
      `${name} has ${count(parkedKeys, 'parked key')}, whose events cannot be applied: npm run log -- parked. \
Fix the cause, then: npm run log -- redrive ${name} --all.`,
    )
  }
  return needs.map((need) => need.replaceAll(/ +/g, ' ').trim())
}
