import { and, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { schedule } from '../../../db/schema'
import { category, message, player } from '../../../db/schema'
import type { Schedule, SchedulePreview, SchedulePreviewQuerySchema } from '../../../shared/schemas/schedule'
import { NewScheduleSchema } from '../../../shared/schemas/schedule'
import { ruleProblems } from '../../../shared/utils/rule-problems'
import { DAY_MS, dayNumberAt } from '../../../shared/utils/wall-clock'
import { useDb } from '../database'
import { DomainError, NotFound } from '../errors'
import { requireTargets } from '../player/targets'
import { requireFuture, withoutForeignFields } from './check'
import { collide } from './collisions'
import { storesMeant } from './laid'
import { FARTHEST_DAYS, kindsOf, nextByZone } from './next'
import { futurePlan } from './past'
import { clocksAt, dueWithin, type PlannedRule, type PlannedSound, type PlannedStore, type Span } from './plan'
import { getSchedule } from './rows'

/** Collisions are looked for so far ahead. */
const AHEAD_DAYS = 14
/** How long what nobody has chosen yet is taken to be, ms. */
const SOME_LENGTH_MS = 10_000
const NO_ID = '00000000-0000-0000-0000-000000000000'

type Query = z.output<typeof SchedulePreviewQuerySchema>

/**
 * What would become of a schedule that is being written, perhaps not whole yet: when it is due next in each zone, how often
 * a day, what it collides with in the next 14 days, and when it would not.
 * @throws NotFound for a schedule that is not the client's
 */
export async function previewSchedule(clientId: string, { schedule_id, schedule: given }: Query, now = Date.now()): Promise<SchedulePreview> {
  const db = await useDb()
  const span = { from: now, to: now + AHEAD_DAYS * DAY_MS }
  const said = schedule_id ? await getSchedule(clientId, schedule_id, db) : undefined
  const written = withoutForeignFields(toRow(clientId, given, said))
  const nothing: SchedulePreview = { problems: [], stores: 0, players: 0, zones: [], per_day: { average: 0, most: 0 }, collisions: [], stores_checked: 0, limited: [], next_free: null, free_patch: null }
  try {
    await requireTargets(db, clientId, written.targets)
  }
  catch (error) {
    if (error instanceof NotFound) return { ...nothing, problems: [{ path: 'targets', code: error.code, message: error.message }] }
    throw error
  }
  const plan = await futurePlan(clientId, { from: now, to: now + FARTHEST_DAYS * DAY_MS })
  const meant = await storesMeant(plan, written.targets)
  const reach = { stores: meant.length, players: await countPlayers(written.targets, meant, clientId) }
  const problems = [...ruleProblems(written), ...await pastProblem(clientId, written, now)]
  if (problems.length) return { ...nothing, ...reach, problems }

  const rule: PlannedRule = { schedule: written, sounds: await soundsOf(clientId, given, said), due: new Map(), stamp: 0 }
  const places = meant.map(id => plan.stores.get(id)!)
  const found = await collide({ clientId, plan, rule, meant, span, without: schedule_id })
  return { ...nothing, ...reach, zones: nextByZone(rule, places, now), per_day: perDay(rule, places, span), ...found }
}

/** What was said before, with what is said now, and what is usual for the rest. */
function toRow(client_id: string, given: Query['schedule'], said: Schedule | undefined): typeof schedule.$inferSelect {
  const usual = NewScheduleSchema.parse({ audio_id: NO_ID, kind: 'once', at: '2000-01-01T00:00' })
  const { audio_id: _, messages: __, paused_until, duration_ms: ___, ...rest } = { ...usual, at: null, ...said, duration_ms: 0, ...given }
  const now = new Date()
  return { ...rest, paused_until: paused_until ? new Date(paused_until) : null, schedule_id: said?.schedule_id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', client_id, created_by: null, created_at: now, updated_at: now, changed_at: now, version: 1, deleted_at: null, enabled: true }
}

async function pastProblem(clientId: string, rule: Parameters<typeof requireFuture>[2], now: number): Promise<SchedulePreview['problems']> {
  try {
    await requireFuture(await useDb(), clientId, rule, now)
    return []
  }
  catch (error) {
    if (!(error instanceof DomainError)) throw error
    return [{ path: error.fields?.[0]?.path ?? '', code: error.code, message: error.message }]
  }
}

/** What it airs; where nothing is chosen, or nothing of it has a sound, something of the length that is named. */
async function soundsOf(client_id: string, given: Query['schedule'], said: Schedule | undefined): Promise<PlannedSound[]> {
  const messages = given.messages ?? (given.audio_id ? [{ audio_id: given.audio_id, weight: 1 }] : said?.messages ?? [])
  const ids = messages.map(({ audio_id }) => audio_id)
  const db = await useDb()
  const rows = ids.length
    ? await db.select({
        audio_id: message.audio_id, sha256: message.sha256, duration_ms: message.duration_ms, title: message.title, text: message.text, words: message.words,
        valid_from: message.valid_from, valid_until: message.valid_until, colour: category.colour,
      }).from(message).leftJoin(category, eq(category.category_id, message.category_id)).where(and(eq(message.client_id, client_id), inArray(message.audio_id, ids)))
    : []
  const sounds = messages.flatMap(({ audio_id, weight }) => rows.filter(row => row.audio_id === audio_id && row.duration_ms !== null).map(row => ({ ...row, weight }) as PlannedSound))
  if (sounds.length) return sounds
  return [{ audio_id: NO_ID, sha256: '', duration_ms: given.duration_ms ?? SOME_LENGTH_MS, title: '', text: '', words: null, valid_from: null, valid_until: null, colour: null, weight: 1 } as unknown as PlannedSound]
}

async function countPlayers(targets: Schedule['targets'], meant: string[], clientId: string): Promise<number> {
  if ('players' in targets) return targets.players.length
  if (!meant.length) return 0
  const db = await useDb()
  return db.$count(player, and(eq(player.client_id, clientId), inArray(player.store_id, meant)))
}

/** How often it is due at a store on a day on which it is. */
function perDay(rule: PlannedRule, places: PlannedStore[], span: Span): SchedulePreview['per_day'] {
  const counts = kindsOf(rule, places).flatMap((alike) => {
    const [place, stores] = [alike[0]!, alike.length]
    const { time_zone } = clocksAt(rule, place)
    const days = new Map<number, number>()
    for (const { due_ms } of dueWithin(rule, place, span)) {
      const day = dayNumberAt(due_ms, time_zone)
      days.set(day, (days.get(day) ?? 0) + 1)
    }
    // The first and the last of them are not whole.
    const whole = days.size > 2 ? [...days].filter(([day]) => day > dayNumberAt(span.from, time_zone) && day < dayNumberAt(span.to, time_zone)) : [...days]
    return whole.map(([, count]) => ({ count, stores }))
  })
  const [plays, days] = [counts.reduce((sum, { count, stores }) => sum + count * stores, 0), counts.reduce((sum, { stores }) => sum + stores, 0)]
  return { average: days ? Math.round(plays / days * 10) / 10 : 0, most: counts.reduce((most, { count }) => Math.max(most, count), 0) }
}
