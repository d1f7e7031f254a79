import { and, asc, desc, eq, exists, gt, inArray, isNull, lt, ne, or, sql, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '../../../db/client'
import { schedule, scheduleMessage, store, storeGroupStore } from '../../../db/schema'
import { PRIORITIES } from '../../../shared/protocol'
import type { ScheduleList, ScheduleQuery } from '../../../shared/schemas/schedule'
import { decodeCursor, encodeCursor } from '../cursor'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { requireTargets } from '../player/targets'
import { toSchedules } from './rows'
import { isExpiring, isOn, isWithoutMessage } from './states'

/** What a schedule airs, by the names of its messages. Names are written out: in a list of fields they would lose their tables. */
const titles = (what: string, more: string) => sql.raw(`(select ${what} from schedule_message airs join message on message.audio_id = airs.audio_id where airs.schedule_id = "schedule"."schedule_id" ${more})`)
const firstTitle = titles('message.title', 'order by airs.position limit 1')
const allTitles = titles('string_agg(message.title, \' \')', '')

/** What each order goes by, as text, and which end is first. */
const SORTS: Record<ScheduleQuery['sort'], { key: SQL, descending: boolean }> = {
  newest: { key: sql`''::text`, descending: true },
  name: { key: sql`lower(coalesce(${schedule.name}, ${firstTitle}, ''))`, descending: false },
  changed: { key: sql`to_char(${schedule.changed_at} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`, descending: true },
  priority: { key: sql`case ${schedule.priority} ${sql.join(PRIORITIES.map((priority, rank) => sql`when ${sql.raw(`'${priority}'`)} then ${sql.raw(`'${rank}'`)}`), sql` `)} end`, descending: false },
  until: { key: sql`coalesce(${schedule.until_date}::text, left(${schedule.at}::text, 10), '9999-99')`, descending: false },
}

/**
 * A page of the client's schedules that are not deleted, filtered and in the order that is asked for.
 * @throws NotFound for a store or group that is not the client's; BadRequest for a cursor that no list gave
 */
export async function listSchedules(clientId: string, query: ScheduleQuery): Promise<ScheduleList> {
  const { sort, cursor, limit } = query
  const db = await useDb()
  const wanted = await schedulesWanted(db, clientId, query)
  const { key, descending } = SORTS[sort]
  const [beyond, order] = descending ? [lt, desc] as const : [gt, asc] as const
  const after = cursor ? decodeCursor(cursor, z.string().max(400)) : undefined
  const rest = after && or(beyond(key, after[0]), and(eq(key, after[0]), beyond(schedule.schedule_id, after[1])))
  const rows = await db.select({ row: schedule, key: sql<string>`${key}` }).from(schedule).where(and(wanted, rest))
    .orderBy(order(key), order(schedule.schedule_id)).limit(limit + 1)
  const total = await db.$count(schedule, wanted)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { items: await toSchedules(db, page.map(({ row }) => row)), next_cursor: last ? encodeCursor([last.key, last.row.schedule_id]) : null, total }
}

async function schedulesWanted(db: Db, clientId: string, { q, audio_id, enabled, store_id, group_id, kind, state }: ScheduleQuery): Promise<SQL> {
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10) ?? []
  return and(
    eq(schedule.client_id, clientId), isNull(schedule.deleted_at),
    audio_id ? exists(db.select({ one: sql`1` }).from(scheduleMessage).where(and(eq(scheduleMessage.schedule_id, schedule.schedule_id), eq(scheduleMessage.audio_id, audio_id)))) : undefined,
    enabled === undefined ? undefined : eq(schedule.enabled, enabled),
    kind && eq(schedule.kind, kind),
    store_id ? await airsAt(db, clientId, store_id) : undefined,
    group_id ? await airsInGroup(db, clientId, group_id) : undefined,
    state && await inState(db, clientId, state),
    ...words.map(word => sql`position(${word} in lower(coalesce(${schedule.name}, '') || ' ' || coalesce(${allTitles}, ''))) > 0`),
  )!
}

const names = (list: 'stores' | 'groups' | 'players', id: string) => sql`${schedule.targets}->${sql.raw(`'${list}'`)} @> ${JSON.stringify([id])}::jsonb`

/** What airs at a store: meant for all, for it, for a group that it is in, or for a player of it. */
async function airsAt(db: Db, clientId: string, storeId: string): Promise<SQL> {
  await requireStore(db, clientId, storeId)
  return sql`(${schedule.targets} ? 'all' or ${names('stores', storeId)}
    or exists (select 1 from store_group_store s where s.store_id = ${storeId}::uuid and ${schedule.targets}->'groups' @> jsonb_build_array(s.group_id::text))
    or exists (select 1 from player p where p.store_id = ${storeId}::uuid and ${schedule.targets}->'players' @> jsonb_build_array(p.player_id::text)))`
}

/** What airs in a group: meant for it, for all, or for one of its stores. */
async function airsInGroup(db: Db, clientId: string, groupId: string): Promise<SQL> {
  await requireTargets(db, clientId, { groups: [groupId] })
  return sql`(${schedule.targets} ? 'all' or ${names('groups', groupId)}
    or exists (select 1 from ${storeGroupStore} where ${storeGroupStore.group_id} = ${groupId}::uuid and ${schedule.targets}->'stores' @> jsonb_build_array(${storeGroupStore.store_id}::text)))`
}

async function inState(db: Db, clientId: string, state: NonNullable<ScheduleQuery['state']>): Promise<SQL> {
  const now = new Date()
  const paused = sql`(not ${schedule.enabled} or coalesce(${gt(schedule.paused_until, now)}, false))`
  switch (state) {
    case 'paused': return paused
    case 'ended': return hasEnded(db, clientId, now)
    case 'airing': return sql`not ${paused} and not ${await hasEnded(db, clientId, now)} and not ${isWithoutMessage(clientId)}`
    case 'expiring': return isExpiring(now)
    case 'without_message': return isWithoutMessage(clientId)
    case 'duplicate': return isDuplicate(db, clientId)
  }
}

/** Never due again, by the clocks where it airs; without a zone of its own by the one that is furthest behind. */
async function hasEnded(db: Db, clientId: string, now: Date): Promise<SQL> {
  const stores = await db.selectDistinct({ zone: store.time_zone }).from(store).where(eq(store.client_id, clientId))
  const own = await db.selectDistinct({ zone: schedule.time_zone }).from(schedule).where(eq(schedule.client_id, clientId))
  const clock = (zone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(now).replace(' ', 'T')
  const behind = stores.map(({ zone }) => clock(zone)).sort()[0] ?? clock('UTC')
  const zones = own.flatMap(({ zone }) => zone ?? [])
  const local = zones.length ? sql`case ${schedule.time_zone} ${sql.join(zones.map(zone => sql`when ${zone} then ${clock(zone)}::text`), sql` `)} else ${behind}::text end` : sql`${behind}::text`
  return sql`coalesce((${schedule.kind} = 'once' and ${schedule.at}::text < ${local}) or ${schedule.until_date}::text < left(${local}, 10), false)`
}

/** Another that is on airs the same message by the same rule on a same weekday, in the same places or in all. */
function isDuplicate(db: Db, clientId: string): SQL {
  const rule: AnyPgColumn[] = [schedule.kind, schedule.interval_minutes, schedule.window_start, schedule.times, schedule.at, schedule.opening_edge, schedule.opening_offset_minutes, schedule.time_zone]
  // One text for all that has to be alike, so that pairs are found by it: each with each, thousands take minutes.
  const own = db.select({
    schedule_id: schedule.schedule_id, weekdays: schedule.weekdays, targets: schedule.targets, from_date: schedule.from_date, until_date: schedule.until_date,
    alike: sql<string>`concat_ws('|', ${scheduleMessage.audio_id}, ${sql.join(rule.map(column => sql`coalesce(${column}::text, '-')`), sql`, `)})`.as('alike'),
  }).from(schedule).innerJoin(scheduleMessage, eq(scheduleMessage.schedule_id, schedule.schedule_id)).where(and(eq(schedule.client_id, clientId), isOn))
  const [one, other] = [own.as('one'), own.as('other')]
  return and(isOn, inArray(schedule.schedule_id, db.select({ schedule_id: one.schedule_id }).from(one).innerJoin(other, and(
    sql`"other"."alike" = "one"."alike"`, ne(other.schedule_id, one.schedule_id),
    sql`${other.weekdays} && ${one.weekdays}`,
    sql`(${other.targets} = ${one.targets} or ${other.targets} ? 'all' or ${one.targets} ? 'all')`,
    sql`(${other.until_date} is null or ${one.from_date} is null or ${one.from_date} <= ${other.until_date})`,
    sql`(${one.until_date} is null or ${other.from_date} is null or ${other.from_date} <= ${one.until_date})`,
  ))))!
}
