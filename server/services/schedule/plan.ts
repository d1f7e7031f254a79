import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, programmeVersion, schedule, store, track } from '../../../db/schema'
import { PRIORITIES, type ProgrammeTrack } from '../../../shared/protocol'
import { occurrencesOf } from '../../../shared/utils/occurrences'
import { useDb } from '../database'
import { sha256Of } from '../hash'
import { getSettings, type SettingOf } from '../settings/client-settings'

const HOUR_MS = 3_600_000
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

/** A schedule that is on the air, with the sound that it airs. */
export type PlannedRule = Awaited<ReturnType<typeof selectRules>>[number] & {
  /** What is due in the plan's span, by zone. */
  due: Map<string, Due[]>
}

/** One due moment, ms since 1970. It may start from `due_ms` on and before `expires_ms`. */
export interface Due {
  due_ms: number
  expires_ms: number
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
  music: ProgrammeTrack[]
  /** How the client's players air, what their stores do otherwise, and how their screens look. */
  airing: SettingOf<'player'>
  stores: Map<string, PlannedStore>
  look: SettingOf<'look'>
  /** What was worked out from it, under names of whoever did: gone with the plan. */
  derived: Map<string, unknown>
}

/** When a store is open, and what its players do otherwise. */
export interface PlannedStore extends Pick<typeof store.$inferSelect, 'opening_hours' | 'opening_exceptions' | 'player_settings'> {
  /** The same for stores in which all of that is alike. */
  alike: string
}

const plans = new Map<string, Promise<Plan>>()

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
  const [found, music] = [await selectRules(db, clientId), await selectMusic(db, clientId)]
  const stores = await selectStores(db, clientId)
  const [airing, look] = [await getSettings(clientId, 'player'), await getSettings(clientId, 'look')]
  const worked_out = new Map<string, PlannedRule>(before?.span.from === span.from ? before.rules.map(rule => [rule.schedule.schedule_id, rule]) : [])
  const rules = found.map((rule): PlannedRule => {
    const same = worked_out.get(rule.schedule.schedule_id)
    return { ...rule, due: same && isDueAlike(same, rule) ? same.due : new Map() }
  })
  const plan: Plan = { version, span, rules, everywhere: [], by_store: new Map(), by_player: new Map(), music, airing, stores, look, derived: new Map() }
  for (const rule of rules) {
    const { targets } = rule.schedule
    if ('all' in targets) plan.everywhere.push(rule)
    else if ('stores' in targets) for (const store_id of targets.stores) file(plan.by_store, store_id, rule)
    else for (const player_id of targets.players) file(plan.by_player, player_id, rule)
  }
  return plan
}

function file(rules: Map<string, PlannedRule[]>, id: string, rule: PlannedRule): void {
  const filed = rules.get(id)
  if (filed) filed.push(rule)
  else rules.set(id, [rule])
}

/** Whether what was worked out for a rule still holds: neither rule nor validity has changed. */
function isDueAlike(a: PlannedRule, b: Omit<PlannedRule, 'due'>): boolean {
  const validity = ({ sound }: Omit<PlannedRule, 'due'>) => `${sound.valid_from?.getTime()} ${sound.valid_until?.getTime()}`
  return a.schedule.version === b.schedule.version && validity(a) === validity(b)
}

/** The schedules that may air, with their sounds: neither paused nor deleted, and of a message that is there. */
function selectRules(db: Db, clientId: string) {
  return db.select({
    schedule,
    sound: { audio_id: message.audio_id, sha256: message.sha256, duration_ms: message.duration_ms, title: message.title, text: message.text, words: message.words, valid_from: message.valid_from, valid_until: message.valid_until },
  }).from(schedule).innerJoin(message, eq(message.audio_id, schedule.audio_id))
    .where(and(
      eq(schedule.client_id, clientId), eq(schedule.enabled, true), isNull(schedule.deleted_at),
      isNull(message.deleted_at), isNotNull(message.sha256),
    )).orderBy(asc(schedule.schedule_id))
}

async function selectStores(db: Db, clientId: string): Promise<Map<string, PlannedStore>> {
  const rows = await db.select({ store_id: store.store_id, opening_hours: store.opening_hours, opening_exceptions: store.opening_exceptions, player_settings: store.player_settings })
    .from(store).where(eq(store.client_id, clientId))
  return new Map(rows.map(({ store_id, ...row }) => [store_id, { ...row, alike: sha256Of(JSON.stringify(row)) }]))
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
 * When a rule is due so that it may still start within a span, in order; what its message is not valid at is left out.
 * @param timeZone of the store, where the rule has none of its own
 */
export function dueWithin({ schedule: rule, sound: { valid_from, valid_until } }: Pick<PlannedRule, 'schedule' | 'sound'>, timeZone: string, { from, to }: Span): Due[] {
  const grace_ms = Math.max(rule.grace_s * 1000, LEAST_GRACE_MS)
  const valid = { from: valid_from?.getTime() ?? -Infinity, to: valid_until?.getTime() ?? Infinity }
  return occurrencesOf(rule, rule.time_zone ?? timeZone, from - grace_ms + 1, to)
    .filter(due_ms => due_ms >= valid.from && due_ms < valid.to)
    .map(due_ms => ({ due_ms, expires_ms: Math.min(due_ms + grace_ms, valid.to) }))
}

/** {@link dueWithin} the plan's span, worked out once for each zone. */
export function dueInPlan(plan: Plan, rule: PlannedRule, timeZone: string): Due[] {
  const zone = rule.schedule.time_zone ?? timeZone
  let due = rule.due.get(zone)
  if (!due) {
    due = dueWithin(rule, zone, plan.span)
    rule.due.set(zone, due)
  }
  return due
}

/** Earlier first; at the same moment what has the higher priority, and then the older schedule. */
export function byOrder(a: { due_ms: number, rule: PlannedRule }, b: { due_ms: number, rule: PlannedRule }): number {
  const [one, other] = [a.rule.schedule, b.rule.schedule]
  return a.due_ms - b.due_ms || PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority) || Number(one.schedule_id > other.schedule_id) - Number(one.schedule_id < other.schedule_id)
}
