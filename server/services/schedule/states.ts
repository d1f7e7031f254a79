import { and, eq, gte, isNull, lte, ne, not, sql, type SQL } from 'drizzle-orm'
import { message, schedule, scheduleMessage } from '../../../db/schema'
import { EXPIRING_DAYS } from '../../../shared/schemas/schedule-words'

const DAY_MS = 86_400_000

/** SQL: whether a schedule may air: it is neither deleted nor switched off. */
export const isOn = and(isNull(schedule.deleted_at), eq(schedule.enabled, true))!

/** SQL: whether what goes on for days has its last one soon. What airs once is not about to end: it is about to air. */
export function isExpiring(now = new Date()): SQL {
  const day = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10)
  return and(isOn, ne(schedule.kind, 'once'), gte(schedule.until_date, day(0)), lte(schedule.until_date, day(EXPIRING_DAYS)))!
}

/** SQL: whether nothing of what a client's schedule airs is there any more. Looked up for all at once: one by one, thousands take a second. */
export const isWithoutMessage = (clientId: string): SQL => and(isOn, not(sql`${schedule.schedule_id} in (select ${scheduleMessage.schedule_id} from ${scheduleMessage} join ${message} on ${message.audio_id} = ${scheduleMessage.audio_id} where ${message.client_id} = ${clientId} and ${message.deleted_at} is null and ${message.sha256} is not null)`))!
