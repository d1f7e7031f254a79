import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { category, message, schedule, scheduleMessage, scheduleVersion, storeGroup } from '../../../db/schema'
import type { ScheduleSnapshot } from '../../../shared/schemas/schedule'
import { useDb } from '../database'
import type { LayingPlan } from './laid'
import { fileRules, planOf, selectStores, yearsOf, type Plan, type PlannedRule, type PlannedSound, type Span } from './plan'

const DAY_MS = 86_400_000

type ScheduleRow = typeof schedule.$inferSelect
type Said = ScheduleSnapshot['messages']

export interface PastOptions {
  /** What was worked out is kept with the client's plan: for spans that are asked for again and again. */
  kept?: boolean
  /** A group says nothing of before it was last changed: nobody knows which stores were in it. */
  surely?: boolean
}

/**
 * What held at each moment of a span in the past: of every schedule what it said then — as it was before it was changed,
 * paused or deleted, and nothing from before it was made — and of its messages those that were not in the bin. Stores,
 * groups and limits are those of now: what they were is not kept.
 */
export async function pastPlan(clientId: string, span: Span, { kept, surely }: PastOptions = {}): Promise<LayingPlan> {
  const db = await useDb()
  const plan = await planOf(clientId)
  // What is due the day before may still be on the air.
  const reach = { from: span.from - 2 * DAY_MS, to: span.to + DAY_MS }
  const changed = await rulesThen(db, clientId, reach)
  const rules = [
    ...plan.rules.flatMap(rule => changed.ids.has(rule.schedule.schedule_id) ? [] : [heldSince(rule, rule.schedule.changed_at.getTime(), reach, kept)]),
    ...changed.rules,
  ]
  const known = surely ? await withoutOldGroups(db, clientId, rules) : rules
  return { ...fileRules(known, plan.groups), groups: plan.groups, airing: plan.airing, stores: await storesFor(clientId, plan, span) }
}

/** What will hold in a span to come, as far as anybody can say now: also what is paused until later than programmes reach. */
export async function futurePlan(clientId: string, span: Span): Promise<LayingPlan> {
  const plan = await planOf(clientId)
  const later = span.to > plan.span.to ? await pausedRules(await useDb(), clientId, plan.span.to, span.to) : []
  const rules = [...plan.rules.map(rule => heldSince(rule, -Infinity, span)), ...later]
  return { ...fileRules(rules, plan.groups), groups: plan.groups, airing: plan.airing, stores: await storesFor(clientId, plan, span) }
}

/** A rule from when it has said what it says. One that always has, as far as matters, is the same. */
function heldSince(rule: PlannedRule, since: number, reach: Span, kept = false): PlannedRule {
  const all_along = since <= reach.from - DAY_MS
  if (kept && all_along) return rule
  return { ...rule, due: new Map(), ...!all_along && { held: { from: since, to: Infinity } } }
}

/** The plan's stores, with the holidays of the years that are meant. */
async function storesFor(clientId: string, plan: Plan, span: Span): Promise<Plan['stores']> {
  const known = yearsOf(plan.span)
  if (yearsOf(span).every(year => known.includes(year))) return plan.stores
  return selectStores(await useDb(), clientId, span)
}

/** The schedules that have said something else in a span, or whose messages have gone to the bin since, by what they said when. */
async function rulesThen(db: Db, clientId: string, { from, to }: Span): Promise<{ ids: Set<string>, rules: PlannedRule[] }> {
  const versions = await db.select().from(scheduleVersion)
    .where(and(eq(scheduleVersion.client_id, clientId), gt(scheduleVersion.until, new Date(from)), lt(scheduleVersion.since, new Date(to)))).orderBy(asc(scheduleVersion.version))
  const binned = await db.selectDistinct({ schedule_id: scheduleMessage.schedule_id }).from(scheduleMessage).innerJoin(message, eq(message.audio_id, scheduleMessage.audio_id))
    .where(and(eq(message.client_id, clientId), gt(message.deleted_at, new Date(from))))
  const ids = new Set([...versions, ...binned].map(row => row.schedule_id))
  if (!ids.size) return { ids, rules: [] }
  const rows = await db.select().from(schedule).where(and(eq(schedule.client_id, clientId), inArray(schedule.schedule_id, [...ids]))).orderBy(asc(schedule.schedule_id))
  const now = await messagesOf(db, [...ids])
  const sounds = await soundsOf(db, clientId, [...[...now.values()].flat(), ...versions.flatMap(({ snapshot }) => snapshot.messages)])
  const rules = rows.flatMap((row) => {
    const before = versions.filter(({ schedule_id }) => schedule_id === row.schedule_id)
    const said = [
      ...before.map(({ since, snapshot }) => ({ from: since.getTime(), row: rowOf(row, snapshot), messages: snapshot.messages })),
      { from: row.changed_at.getTime(), row, messages: now.get(row.schedule_id) ?? [] },
    ]
    // Each holds until the next does: no moment lies between two.
    return said.flatMap(({ from, row, messages }, at) => toRule(row, messages, sounds, { from, to: said[at + 1]?.from ?? Infinity }))
  })
  return { ids, rules }
}

const rowOf = (row: ScheduleRow, { messages: _, paused_until, deleted_at, ...said }: ScheduleSnapshot): ScheduleRow =>
  ({ ...row, ...said, paused_until: paused_until === null ? null : new Date(paused_until), deleted_at: deleted_at === null ? null : new Date(deleted_at) } as ScheduleRow)

/** Nothing where it did not air. */
function toRule(row: ScheduleRow, messages: Said, sounds: Map<string, Omit<PlannedSound, 'weight'>>, held?: Span): PlannedRule[] {
  const airs = messages.flatMap(({ audio_id, weight }) => sounds.has(audio_id) ? [{ ...sounds.get(audio_id)!, weight }] : [])
  return row.enabled && !row.deleted_at && airs.length ? [{ schedule: row, sounds: airs, due: new Map(), stamp: 0, ...held && { held } }] : []
}

async function messagesOf(db: Db, scheduleIds: string[]): Promise<Map<string, Said>> {
  const rows = await db.select().from(scheduleMessage).where(inArray(scheduleMessage.schedule_id, scheduleIds)).orderBy(asc(scheduleMessage.schedule_id), asc(scheduleMessage.position))
  const found = new Map<string, Said>()
  for (const { schedule_id, audio_id, weight } of rows) found.set(schedule_id, [...found.get(schedule_id) ?? [], { audio_id, weight }])
  return found
}

/** Messages with a sound as schedules air them; those in the bin until they went there. */
async function soundsOf(db: Db, clientId: string, said: Said): Promise<Map<string, Omit<PlannedSound, 'weight'>>> {
  const wanted = [...new Set(said.map(({ audio_id }) => audio_id))]
  if (!wanted.length) return new Map()
  const rows = await db.select({
    audio_id: message.audio_id, sha256: message.sha256, duration_ms: message.duration_ms, title: message.title, text: message.text, words: message.words,
    valid_from: message.valid_from, valid_until: message.valid_until, colour: category.colour, deleted_at: message.deleted_at,
  }).from(message).leftJoin(category, eq(category.category_id, message.category_id))
    .where(and(eq(message.client_id, clientId), isNotNull(message.sha256), inArray(message.audio_id, wanted)))
  return new Map(rows.map(({ deleted_at, ...sound }) => {
    const { valid_until } = sound
    return [sound.audio_id, { ...sound, valid_until: deleted_at && (!valid_until || deleted_at < valid_until) ? deleted_at : valid_until }]
  }))
}

/** Schedules that begin to air again in (after, until]. */
async function pausedRules(db: Db, clientId: string, after: number, until: number): Promise<PlannedRule[]> {
  const rows = await db.select().from(schedule).where(and(
    eq(schedule.client_id, clientId), eq(schedule.enabled, true), isNull(schedule.deleted_at), gt(schedule.paused_until, new Date(after)), lte(schedule.paused_until, new Date(until)),
  )).orderBy(asc(schedule.schedule_id))
  if (!rows.length) return []
  const messages = await messagesOf(db, rows.map(row => row.schedule_id))
  const sounds = await soundsOf(db, clientId, [...messages.values()].flat())
  const there = new Map([...sounds].filter(([, { valid_until }]) => !valid_until || valid_until.getTime() > after))
  return rows.flatMap(row => toRule(row, messages.get(row.schedule_id) ?? [], there))
}

async function withoutOldGroups(db: Db, clientId: string, rules: PlannedRule[]): Promise<PlannedRule[]> {
  if (!rules.some(({ schedule: { targets } }) => 'groups' in targets)) return rules
  const rows = await db.select({ group_id: storeGroup.group_id, updated_at: storeGroup.updated_at }).from(storeGroup).where(eq(storeGroup.client_id, clientId))
  const changed = new Map(rows.map(row => [row.group_id, row.updated_at.getTime()]))
  return rules.map((rule) => {
    const { targets } = rule.schedule
    if (!('groups' in targets)) return rule
    const since = Math.max(...targets.groups.map(id => changed.get(id) ?? -Infinity))
    if (since <= (rule.held?.from ?? -Infinity)) return rule
    return { ...rule, due: new Map(), held: { from: since, to: rule.held?.to ?? Infinity } }
  })
}
