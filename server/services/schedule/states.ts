import { and, eq, gte, isNull, lte, ne, not, sql, type SQL } from 'drizzle-orm'
import { message, schedule, scheduleMessage } from '../../../db/schema'

const DAY_MS = 86_400_000
/** What ends within so many days is about to. */
const EXPIRING_DAYS = 14

/** SQL: whether a schedule may air: it is neither deleted nor switched off. */
export const isOn = and(isNull(schedule.deleted_at), eq(schedule.enabled, true))!

/** SQL: whether what goes on for days has its last one soon. What airs once is not about to end: it is about to air. */
export function isExpiring(now = new Date()): SQL {
  const day = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10)
  return and(isOn, ne(schedule.kind, 'once'), gte(schedule.until_date, day(0)), lte(schedule.until_date, day(EXPIRING_DAYS)))!
}

/** SQL: whether nothing of what a schedule airs is there any more. */
export const isWithoutMessage = and(isOn, not(sql`exists (select 1 from ${scheduleMessage} join ${message} on ${message.audio_id} = ${scheduleMessage.audio_id} where ${scheduleMessage.schedule_id} = ${schedule.schedule_id} and ${message.deleted_at} is null and ${message.sha256} is not null)`))!
