import { and, asc, eq, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { category, message, programmeVersion, schedule, scheduleMessage, store, storeGroupStore, track } from '../../../db/schema'
import { PRIORITIES, type ProgrammeTrack } from '../../../shared/protocol'
import { momentsOf, type OccurrencePlace } from '../../../shared/utils/occurrences'
import { turnOf } from '../../../shared/utils/rotation'
import { useDb } from '../database'
import { sha256Of } from '../hash'
import { getSettings, type SettingOf } from '../settings/client-settings'
import { holidaysOf } from './holidays'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** How far programmes reach: 48 hours from any moment until the window moves on. */
const REACH_MS = 50 * HOUR_MS
/** The window moves on some minutes after the hour, when less is on the air than at the hour. */
const LATE_MS = 10 * 60_000
/** However short its grace: a player that is on time is some moments late. */
const LEAST_GRACE_MS = 2_000

/** A stretch of time, ms since 1970: from, included, to, not included. */
export interface Span {
  from: number
  to: number
}

/** The stretch that programmes tell of now. Whole hours, so that nothing is computed twice within one. */
function programmeSpan(now = Date.now()): Span {
  const from = Math.floor((now - LATE_MS) / HOUR_MS) * HOUR_MS
  return { from, to: from + REACH_MS }
}

/** A message with its sound, as schedules air it. */
export type PlannedSound = Awaited<ReturnType<typeof selectSounds>>[number] & { weight: number }

/** A schedule that is on the air, with the sounds that it airs, at least one. */
export interface PlannedRule {
  schedule: typeof schedule.$inferSelect
  sounds: PlannedSound[]
  /** What was worked out of it in the plan's span, by the place: see `laid.ts`. */
  due: Map<string, Due[]>
  /** The same as long as neither rule nor sounds change. */
  stamp: number
  /** When it said what it says; absent: always. See `past.ts`. */
  held?: Span
}

/** One due moment, ms since 1970, with what airs then. It may start from `due_ms` on and before `expires_ms`. */
export interface Due {
  due_ms: number
  expires_ms: number
  sound: PlannedSound
}

/** All that the programmes of a client are made of. */
export interface Plan {
  /** Of `programme_version`. */
  version: number
  span: Span
  rules: PlannedRule[]
  everywhere: PlannedRule[]
  by_store: Map<string, PlannedRule[]>
  by_player: Map<string, PlannedRule[]>
  /** The stores of each group. */
  groups: Map<string, string[]>
  music: ProgrammeTrack[]
  /** How the client's players air, what their stores do otherwise, and how their screens look. */
  airing: SettingOf<'player'>
  stores: Map<string, PlannedStore>
  look: SettingOf<'look'>
  /** What was worked out from it, under names of whoever did: gone with the plan. */
  derived: Map<string, unknown>
  /** The same of what stays right as long as its name does: handed on to the next plan of the span. */
  lasting: Map<string, unknown>
}

/** A store's clocks, hours and holidays, its limits, and what its players do otherwise. */
export interface PlannedStore extends Pick<typeof store.$inferSelect, 'store_id' | 'time_zone' | 'opening_hours' | 'opening_exceptions' | 'player_settings'> {
  /** Keys of the holidays of each local day. */
  holidays: ReadonlyMap<string, readonly string[]>
  limits: SettingOf<'limits'>
  /** The same for stores in which all of that is alike. */
  alike: string
  /** The same for stores that open alike, and for those that have the same holidays. */
  open_alike: string
  holidays_alike: string
  holiday_region: string | null
}

const plans = new Map<string, Promise<Plan>>()
let stamps = 0

/**
 * What a client's programmes are made of, now. Kept until somebody changes it or the span moves on; what has not changed
 * is not worked out again.
 */
export async function planOf(clientId: string, now = Date.now()): Promise<Plan> {
  const db = await useDb()
  // Read before the rows: what changes in between is found again, under the next number.
  const version = await versionOf(db, clientId)
  const span = programmeSpan(now)
  const kept = plans.get(clientId)
  const before = await kept?.catch(() => undefined)
  if (before && before.span.from === span.from && before.version >= version) return before
  // Somebody else may have begun meanwhile; that one read its number after ours, or as late.
  const begun = plans.get(clientId)
  if (begun && begun !== kept) return begun
  const loading = load(db, clientId, version, span, before)
  plans.set(clientId, loading)
  loading.catch(() => plans.get(clientId) === loading && plans.delete(clientId))
  forgetOld(span)
  return loading
}

/** The last {@link planOf} that anybody asked for: it costs nothing, and may be out of date. */
export function lastPlanOf(clientId: string): Promise<Plan> {
  return plans.get(clientId) ?? planOf(clientId)
}

/** Plans of clients that nobody asks for any more. */
function forgetOld({ from }: Span): void {
  for (const [clientId, plan] of plans) void plan.then(({ span }) => span.from < from - HOUR_MS && plans.get(clientId) === plan && plans.delete(clientId), () => {})
}

async function versionOf(db: Db, clientId: string): Promise<number> {
  const [row] = await db.select({ version: programmeVersion.version }).from(programmeVersion).where(eq(programmeVersion.client_id, clientId))
  return row?.version ?? 0
}

async function load(db: Db, clientId: string, version: number, span: Span, before: Plan | undefined): Promise<Plan> {
  const [found, music] = [await selectRules(db, clientId, span), await selectMusic(db, clientId)]
  const stores = await selectStores(db, clientId, span)
  const groups = await selectGroups(db, clientId)
  const [airing, look] = [await getSettings(clientId, 'player'), await getSettings(clientId, 'look')]
  const worked_out = new Map<string, PlannedRule>(before?.span.from === span.from ? before.rules.map(rule => [rule.schedule.schedule_id, rule]) : [])
  const rules = found.map((rule): PlannedRule => {
    const same = worked_out.get(rule.schedule.schedule_id)
    return same && isDueAlike(same, rule) ? { ...rule, due: same.due, stamp: same.stamp } : { ...rule, due: new Map(), stamp: ++stamps }
  })
  return { version, span, rules, ...fileRules(rules, groups), groups, music, airing, stores, look, derived: new Map(), lasting: handedOn(before, span, stores.size) }
}

/** Rules by whom they are meant for. */
export function fileRules(rules: PlannedRule[], groups: Map<string, string[]>): Pick<Plan, 'everywhere' | 'by_store' | 'by_player'> {
  const filed: Pick<Plan, 'everywhere' | 'by_store' | 'by_player'> = { everywhere: [], by_store: new Map(), by_player: new Map() }
  for (const rule of rules) {
    const { targets } = rule.schedule
    if ('all' in targets) filed.everywhere.push(rule)
    else if ('players' in targets) for (const player_id of targets.players) file(filed.by_player, player_id, rule)
    else for (const store_id of 'stores' in targets ? targets.stores : new Set(targets.groups.flatMap(id => groups.get(id) ?? []))) file(filed.by_store, store_id, rule)
  }
  return filed
}

/** What the plan before has worked out; the latest of it, where it has become more than is in use. */
function handedOn(before: Plan | undefined, span: Span, stores: number): Map<string, unknown> {
  if (before?.span.from !== span.from) return new Map()
  const most = 2 * stores + 200
  return before.lasting.size <= 2 * most ? before.lasting : new Map([...before.lasting].slice(-most))
}

function file<Value>(lists: Map<string, Value[]>, id: string, value: Value): void {
  const filed = lists.get(id)
  if (filed) filed.push(value)
  else lists.set(id, [value])
}

/** Whether what was worked out for a rule still holds: neither rule nor what it airs has changed. */
function isDueAlike(a: PlannedRule, b: Omit<PlannedRule, 'due' | 'stamp'>): boolean {
  return a.schedule.version === b.schedule.version && JSON.stringify(a.sounds) === JSON.stringify(b.sounds)
}

/** The schedules that may air within a span, with their sounds: neither paused nor deleted, and of messages that are there. */
async function selectRules(db: Db, clientId: string, { to }: Span): Promise<Omit<PlannedRule, 'due' | 'stamp'>[]> {
  const airs = and(eq(schedule.client_id, clientId), eq(schedule.enabled, true), isNull(schedule.deleted_at), or(isNull(schedule.paused_until), lte(schedule.paused_until, new Date(to))))
  const rows = await db.select().from(schedule).where(airs).orderBy(asc(schedule.schedule_id))
  // A message that many schedules air is read once.
  const known = new Map((await selectSounds(db, clientId)).map(sound => [sound.audio_id, sound]))
  const links = await db.select({ schedule_id: scheduleMessage.schedule_id, audio_id: scheduleMessage.audio_id, weight: scheduleMessage.weight }).from(scheduleMessage)
    .innerJoin(schedule, eq(schedule.schedule_id, scheduleMessage.schedule_id)).where(airs).orderBy(asc(scheduleMessage.schedule_id), asc(scheduleMessage.position))
  const sounds = new Map<string, PlannedSound[]>()
  for (const { schedule_id, audio_id, weight } of links) {
    const sound = known.get(audio_id)
    if (sound) file(sounds, schedule_id, { ...sound, weight })
  }
  return rows.flatMap(row => sounds.has(row.schedule_id) ? [{ schedule: row, sounds: sounds.get(row.schedule_id)! }] : [])
}

/** What a client's schedules air: messages that are neither in the bin nor without sound. */
function selectSounds(db: Db, clientId: string) {
  const aired = db.select({ audio_id: scheduleMessage.audio_id }).from(scheduleMessage).innerJoin(schedule, eq(schedule.schedule_id, scheduleMessage.schedule_id))
    .where(and(eq(schedule.client_id, clientId), isNull(schedule.deleted_at)))
  return db.select({
    audio_id: message.audio_id, sha256: message.sha256, duration_ms: message.duration_ms, title: message.title, text: message.text, words: message.words,
    valid_from: message.valid_from, valid_until: message.valid_until, colour: category.colour,
  }).from(message).leftJoin(category, eq(category.category_id, message.category_id))
    .where(and(eq(message.client_id, clientId), isNull(message.deleted_at), isNotNull(message.sha256), inArray(message.audio_id, aired)))
}

/** A client's stores, with the holidays of the years that a span touches. */
export async function selectStores(db: Db, clientId: string, span: Span): Promise<Map<string, PlannedStore>> {
  const rows = await db.select({
    store_id: store.store_id, time_zone: store.time_zone, opening_hours: store.opening_hours, opening_exceptions: store.opening_exceptions,
    player_settings: store.player_settings, limits: store.limits, holiday_region: store.holiday_region,
  }).from(store).where(eq(store.client_id, clientId))
  const [limits, calendar] = [await getSettings(clientId, 'limits'), await getSettings(clientId, 'calendar')]
  const years = yearsOf(span)
  const found = new Map<string, PlannedStore>()
  for (const { store_id, ...row } of rows) {
    const holiday_region = row.holiday_region ?? calendar.holiday_region
    const { time_zone, opening_hours, opening_exceptions } = row
    found.set(store_id, {
      ...row, store_id, holiday_region,
      limits: { ...limits, ...row.limits },
      holidays: await holidaysOf(holiday_region, calendar, years),
      alike: sha256Of(JSON.stringify([row, holiday_region, limits, calendar])),
      open_alike: sha256Of(JSON.stringify([time_zone, opening_hours, opening_exceptions])),
      holidays_alike: sha256Of(JSON.stringify([holiday_region, calendar])),
    })
  }
  return found
}

/** The years that a span touches on any clocks. */
export function yearsOf({ from, to }: Span): number[] {
  const [first, last] = [new Date(from - 2 * DAY_MS).getUTCFullYear(), new Date(to + 2 * DAY_MS).getUTCFullYear()]
  return Array.from({ length: last - first + 1 }, (_, place) => first + place)
}

/** The stores of each group. */
async function selectGroups(db: Db, clientId: string): Promise<Map<string, string[]>> {
  const rows = await db.select({ group_id: storeGroupStore.group_id, store_id: storeGroupStore.store_id }).from(storeGroupStore)
    .innerJoin(store, eq(store.store_id, storeGroupStore.store_id)).where(eq(store.client_id, clientId))
  const groups = new Map<string, string[]>()
  for (const { group_id, store_id } of rows) groups.set(group_id, [...groups.get(group_id) ?? [], store_id])
  return groups
}

async function selectMusic(db: Db, clientId: string): Promise<ProgrammeTrack[]> {
  const rows = await db.select({
    track_id: track.track_id, sha256: track.sha256, duration_ms: track.duration_ms, gain_db: track.gain_db, title: track.title, cue_in_ms: track.cue_in_ms, cue_out_ms: track.cue_out_ms,
  }).from(track).where(and(
    eq(track.client_id, clientId), eq(track.kind, 'background'), eq(track.status, 'ready'), isNotNull(track.sha256), isNull(track.deleted_at),
  )).orderBy(asc(track.position), asc(track.track_id))
  return rows.map(row => ({ ...row, sha256: row.sha256!, url: `/media/${row.sha256}.mp3` }))
}

/**
 * When a rule is due at a place so that it may still start within a span, in order, and what it airs then. A message that is
 * not valid then takes no turn.
 */
export function dueWithin({ schedule: rule, sounds, held }: Pick<PlannedRule, 'schedule' | 'sounds' | 'held'>, place: OccurrencePlace, { from, to }: Span): Due[] {
  const grace_ms = Math.max(rule.grace_s * 1000, LEAST_GRACE_MS)
  const here = clocksAt({ schedule: rule }, place)
  const begin = Math.max(from - grace_ms + 1, rule.paused_until?.getTime() ?? -Infinity, held?.from ?? -Infinity)
  const always = sounds.every(({ valid_from, valid_until }) => !valid_from && !valid_until)
  const weights = sounds.map(({ weight }) => weight)
  const due: Due[] = []
  for (const { due_ms, turn } of momentsOf(rule, here, begin, Math.min(to, held?.to ?? Infinity))) {
    const valid = always ? sounds : sounds.filter(({ valid_from, valid_until }) => due_ms >= (valid_from?.getTime() ?? -Infinity) && due_ms < (valid_until?.getTime() ?? Infinity))
    if (!valid.length) continue
    const sound = valid[rule.rotation ? turnOf(rule.rotation, always ? weights : valid.map(({ weight }) => weight), turn, rule.schedule_id) : 0]!
    due.push({ due_ms, expires_ms: Math.min(due_ms + grace_ms, sound.valid_until?.getTime() ?? Infinity), sound })
  }
  return due
}

/** A place with the clocks that a rule goes by there. */
export const clocksAt = <Place extends OccurrencePlace>({ schedule: { time_zone } }: Pick<PlannedRule, 'schedule'>, place: Place): Place => time_zone ? { ...place, time_zone } : place

/** The same for places in which a rule is due at the same moments. */
export function dueKey({ schedule: { kind, skip_holidays, time_zone } }: PlannedRule, place: Pick<PlannedStore, 'time_zone' | 'open_alike' | 'holidays_alike'>): string {
  return [time_zone ?? place.time_zone, kind === 'opening' && place.open_alike, skip_holidays.length > 0 && place.holidays_alike].join(' ')
}

/** Earlier first; at the same moment what has the higher priority, and then the older schedule. */
export function byOrder(a: { due_ms: number, rule: PlannedRule }, b: { due_ms: number, rule: PlannedRule }): number {
  const [one, other] = [a.rule.schedule, b.rule.schedule]
  return a.due_ms - b.due_ms || PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority) || Number(one.schedule_id > other.schedule_id) - Number(one.schedule_id < other.schedule_id)
}
