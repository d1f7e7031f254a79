import { and, asc, eq, gt, lt, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { alert, category, message, messageVersion, play, player, schedule } from '../../../db/schema'
import type { Day, DayEntry, DayQuery } from '../../../shared/schemas/schedule'
import { AIRING_RULES, type AiringRule } from '../../../shared/schemas/schedule-words'
import { openStretches } from '../../../shared/utils/opening'
import { dayName, instantOf } from '../../../shared/utils/wall-clock'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { isOnline } from '../player/online'
import { heardAt, type PlayRow } from '../player/play-log'
import { getSettings } from '../settings/client-settings'
import { ownHolidays, publicHolidays } from './holidays'
import { laidAt, limitsOf, type LaidOccurrence } from './laid'
import { futurePlan, pastPlan } from './past'
import type { PlannedStore, Span } from './plan'

const DAY_MS = 86_400_000

interface Tv { player_id: string, name: string, created_ms: number, last_seen_at: Date | null, online: boolean }
/** A row of the log, with what is known of its schedule and message now. */
interface Heard { row: PlayRow, name: string | null, colour: string | null, there: boolean }

const iso = (ms: number) => new Date(ms).toISOString()

/**
 * One store's day on its own clocks: of what is past what was reported, beside what was laid out then; of what is to
 * come what will become of it, and by which rule.
 * @throws NotFound
 */
export async function dayAt(clientId: string, { store_id, date, language }: DayQuery, now = Date.now()): Promise<Day> {
  const db = await useDb()
  const place = await requireStore(db, clientId, store_id)
  const { time_zone } = place
  const span = { from: instantOf(date, 0, time_zone), to: instantOf(dayName(Date.parse(date) / DAY_MS + 1), 0, time_zone) }
  const players = await playersOf(db, store_id)
  const ids = players.map(({ player_id }) => player_id)
  const [before, after] = [{ from: span.from, to: Math.min(span.to, now) }, { from: Math.max(span.from, now), to: span.to }]
  const past = before.to > before.from ? laidAt(await pastPlan(clientId, before), store_id, before, { players: ids, kept: true }) : []
  const plan = await futurePlan(clientId, span)
  const future = after.to > after.from ? laidAt(plan, store_id, after, { players: ids, kept: true }) : []
  const heard = await playsOf(db, store_id, span)
  const planned = plan.stores.get(store_id)!
  const clipped = ({ from, to }: Span) => ({ from: iso(Math.max(from, span.from)), to: iso(Math.min(to, span.to)) })
  const { quiet } = limitsOf(planned, span)
  return {
    store_id, store_name: place.name, time_zone, date, from: iso(span.from), to: iso(span.to),
    open: openStretches(place, span.from, span.to)?.map(clipped) ?? null,
    quiet: quiet.filter(({ from, to }) => from < span.to && to > span.from).map(({ name, ...stretch }) => ({ ...clipped(stretch), name })),
    holidays: await holidaysOn(clientId, planned, date, language),
    entries: entriesOf([...past.filter(({ due_ms }) => due_ms >= place.created_at.getTime()), ...future], heard, players, now),
    silent: await silentAt(db, store_id, players, { from: span.from, to: Math.min(span.to, now) }),
  }
}

async function playersOf(db: Db, store_id: string): Promise<Tv[]> {
  const rows = await db.select({ player_id: player.player_id, name: player.name, created_at: player.created_at, last_seen_at: player.last_seen_at, online: isOnline() })
    .from(player).where(eq(player.store_id, store_id)).orderBy(asc(player.player_id))
  return rows.map(({ created_at, ...row }) => ({ ...row, created_ms: created_at.getTime() }))
}

async function playsOf(db: Db, store_id: string, { from, to }: Span): Promise<Heard[]> {
  // A sound is to be heard for as long as a message is, or was, made of it.
  const there = sql<boolean>`(exists (select 1 from ${message} where ${and(eq(message.client_id, play.client_id), eq(message.sha256, play.sha256))}) or exists (select 1 from ${messageVersion} where ${and(eq(messageVersion.client_id, play.client_id), eq(messageVersion.sha256, play.sha256))}))`
  const of_message = db.select({ audio_id: message.audio_id, colour: category.colour }).from(message).innerJoin(category, eq(category.category_id, message.category_id)).as('of_message')
  return db.select({ row: play, name: schedule.name, colour: of_message.colour, there }).from(play)
    .leftJoin(schedule, eq(schedule.schedule_id, play.schedule_id)).leftJoin(of_message, eq(of_message.audio_id, play.audio_id))
    .where(and(eq(play.store_id, store_id), sql`${heardAt} >= ${iso(from)}::timestamptz`, sql`${heardAt} < ${iso(to)}::timestamptz`))
    .orderBy(asc(heardAt), asc(play.play_id))
}

/** What was reported, with what was laid out; and what was laid out for players that have not reported it. */
function entriesOf(laid: LaidOccurrence[], heard: Heard[], players: Tv[], now: number): DayEntry[] {
  const reported = new Map<string, Heard[]>()
  for (const each of heard) {
    const key = `${each.row.schedule_id} ${each.row.due_at?.getTime()}`
    reported.set(key, [...reported.get(key) ?? [], each])
  }
  const told = new Map<Heard, LaidOccurrence>()
  const rest: DayEntry[] = []
  for (const occurrence of laid) {
    const meant = (id: string | null) => !occurrence.player_ids || (id !== null && occurrence.player_ids.includes(id))
    const rows = (reported.get(`${occurrence.rule.schedule.schedule_id} ${occurrence.due_ms}`) ?? []).filter(({ row }) => meant(row.player_id))
    for (const each of rows) told.set(each, occurrence)
    const silent = players.filter(({ player_id, created_ms }) => meant(player_id) && created_ms <= occurrence.due_ms && !rows.some(({ row }) => row.player_id === player_id))
    if (!rows.length && !occurrence.player_ids) rest.push(laidEntry(occurrence, null, now))
    else for (const tv of silent) rest.push(laidEntry(occurrence, tv, now))
  }
  const entries = [...heard.map(each => playEntry(each, told.get(each))), ...rest]
  return entries.sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at) || Date.parse(a.due_at) - Date.parse(b.due_at) || (a.player_name ?? '').localeCompare(b.player_name ?? ''))
}

function laidEntry({ due_ms, starts_ms, ends_ms, expires_ms, limited, sound, verdict, by, because, rule: { schedule } }: LaidOccurrence, tv: Tv | null, now: number): DayEntry {
  // What a limit left out its players never knew of; of all else they have the last word.
  const is_over = !limited && Math.max(starts_ms, due_ms) <= now && expires_ms <= now
  return {
    play_id: null, air_id: null, schedule_id: schedule.schedule_id, name: schedule.name, title: sound.title, text: sound.text, audio_id: sound.audio_id,
    url: `/media/${sound.sha256}.mp3`, colour: sound.colour, priority: schedule.priority, player_id: tv?.player_id ?? null, player_name: tv?.name ?? null,
    due_at: iso(due_ms), starts_at: iso(starts_ms), ends_at: iso(ends_ms), duration_ms: sound.duration_ms,
    result: is_over ? 'awaited' : verdict, rule: by, because, reason: null, late_ms: null, level_db: null,
  }
}

const RESULTS = { pending: 'awaited', delivered: 'awaited', playing: 'playing', played: 'played', skipped: 'skipped' } as const

function playEntry({ row, name, colour, there }: Heard, laid: LaidOccurrence | undefined): DayEntry {
  const { started_at, ended_at, status, reason, reason_by, duration_ms } = row
  const due_ms = (row.due_at ?? row.created_at).getTime()
  const starts_ms = started_at?.getTime() ?? laid?.starts_ms ?? due_ms
  // What was not heard has the place that was its own.
  const ends_ms = (started_at && ended_at?.getTime()) ?? (started_at ? undefined : laid?.ends_ms) ?? starts_ms + duration_ms * (row.repeats ?? laid?.rule.schedule.repeat ?? 1)
  const by_limit = reason === 'limited' && AIRING_RULES.includes(reason_by as AiringRule) ? reason_by as AiringRule : null
  // A rule explains what was not as it was due: not what failed for a reason of its own.
  const by_law = status === 'played' || status === 'playing' || reason === 'limited' || reason === 'dropped' || reason === 'preempted' || reason === 'expired'
  return {
    play_id: row.play_id, air_id: row.air_id, schedule_id: row.schedule_id, name, title: row.title, text: row.text, audio_id: row.audio_id,
    url: there ? `/media/${row.sha256}.mp3` : null, colour, priority: row.priority, player_id: row.player_id, player_name: row.player_name,
    due_at: iso(due_ms), starts_at: iso(starts_ms), ends_at: iso(Math.max(ends_ms, starts_ms)), duration_ms,
    result: RESULTS[status], rule: by_limit ?? (by_law ? laid?.by ?? null : null), because: by_law ? laid?.because ?? null : null,
    reason, late_ms: started_at && started_at.getTime() - due_ms, level_db: row.level_db,
  }
}

/** The names of a day's holidays, for the store's region and the client. */
async function holidaysOn(clientId: string, { holiday_region }: PlannedStore, date: string, language?: string): Promise<Day['holidays']> {
  const year = Number(date.slice(0, 4))
  const found = [...ownHolidays(await getSettings(clientId, 'calendar'), year), ...holiday_region ? await publicHolidays(holiday_region, year, language) : []]
  return found.filter(holiday => holiday.date === date).map(({ key, name }) => ({ key, name }))
}

/** When players were away, as far as is known: what alerts noted, and who is away now. */
async function silentAt(db: Db, store_id: string, players: Tv[], { from, to }: Span): Promise<Day['silent']> {
  if (to <= from) return []
  const noted = await db.select({ player_id: alert.player_id, player_name: sql<string>`coalesce(${alert.player_name}, '')`, since: alert.since, closed_at: alert.closed_at }).from(alert)
    .where(and(eq(alert.store_id, store_id), eq(alert.kind, 'player_offline'), lt(alert.since, new Date(to)), sql`coalesce(${gt(alert.closed_at, new Date(from))}, true)`)).orderBy(asc(alert.since))
  const away = players.filter(tv => !tv.online && !noted.some(({ player_id, closed_at }) => player_id === tv.player_id && !closed_at))
    .map(tv => ({ player_name: tv.name, from_ms: tv.last_seen_at?.getTime() ?? tv.created_ms, to_ms: Infinity }))
  return [...noted.map(({ player_name, since, closed_at }) => ({ player_name, from_ms: since.getTime(), to_ms: closed_at?.getTime() ?? Infinity })), ...away]
    .filter(({ from_ms, to_ms }) => from_ms < to && to_ms > from)
    .map(({ player_name, from_ms, to_ms }) => ({ player_name, from: iso(Math.max(from_ms, from)), to: to_ms === Infinity ? null : iso(Math.min(to_ms, to)) }))
}
