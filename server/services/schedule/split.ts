import type { z } from 'zod'
import type { schedule } from '../../../db/schema'
import { NewScheduleSchema, type Schedule, type ScheduleChange, type ScheduleSplitSchema } from '../../../shared/schemas/schedule'
import { momentsOf, type OccurrencePlace, type OccurrenceRule } from '../../../shared/utils/occurrences'
import { ruleProblems } from '../../../shared/utils/rule-problems'
import { dayName, dayNumberAt, instantOf, wallAt, wallMs } from '../../../shared/utils/wall-clock'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { Conflict, Unprocessable } from '../errors'
import { keepVersion } from './history'
import { dueWithin, planOf, type Plan, type PlannedSound } from './plan'
import { storesMeant } from './laid'
import { getSchedule } from './rows'
import { changeSchedule, createSchedule, writeSchedule } from './schedules'

type Row = typeof schedule.$inferSelect
type Patch = NonNullable<z.output<typeof ScheduleSplitSchema>['patch']>

const MOST_EXCLUDED = 1000
const EVERY_WEEKDAY = [1, 2, 3, 4, 5, 6, 7]
/** An occurrence is due at most so many days from the one that it belongs to: after midnight, or long before opening. */
const NEAR_DAYS = [0, -1, 1]

export interface SplitOptions {
  client_id: string
  user_id: string | null
  schedule_id: string
  request: z.output<typeof ScheduleSplitSchema>
}

/**
 * Changes, or takes off the air, one occurrence of a schedule, all of its day, or one and all that follow.
 *
 * One is told by what the clocks show where it is due: at every store whose clocks show the same then, it is the same one.
 * @throws NotFound; Conflict when `version` is named and somebody changed it since; Unprocessable when nothing is due then
 * (`not_due`), when single days off are too many (`too_many_exclusions`), or for a patch that can never be due
 */
export async function splitSchedule({ client_id, user_id, schedule_id, request }: SplitOptions): Promise<ScheduleChange> {
  const { scope, due_at, store_id, patch, version } = request
  const db = await useDb()
  const plan = await planOf(client_id)
  return db.transaction(async (tx) => {
    await requireStore(tx, client_id, store_id)
    const before = await keepVersion(tx, client_id, schedule_id)
    const said = await getSchedule(client_id, schedule_id, tx)
    if (version !== undefined && version !== before.version) throw new Conflict('Somebody changed this schedule meanwhile.', 'schedule_changed', { current: said })
    const own = plan.stores.get(store_id)!
    const place = before.time_zone ? { ...own, time_zone: before.time_zone } : own
    const due_ms = Date.parse(due_at)
    const day = dayOf(before, place, due_ms)
    if (!day) throw new Unprocessable('not_due', 'This schedule is not due then.', [{ path: 'due_at', message: 'is not due then' }])

    const done: ScheduleChange = { changed: [], created: [] }
    const change = async (values: Partial<Row>) => {
      await writeSchedule(tx, client_id, schedule_id, { ...values, version: before.version + 1 })
      done.changed.push({ schedule_id, version_before: before.version, version: before.version + 1 })
    }
    const whole = async () => {
      if (!patch) return change({ deleted_at: before.deleted_at ?? new Date() })
      const after = await changeSchedule(tx, client_id, schedule_id, patch)
      done.changed.push({ schedule_id, version_before: before.version, version: after.version })
    }
    const create = async (rule: Partial<Schedule>) => {
      const made = await createSchedule(tx, { client_id, user_id, request: NewScheduleSchema.parse(toRequest(said, rule, patch!)) })
      done.created.push(made.schedule_id)
    }

    if (before.kind === 'once') await whole()
    else if (scope === 'this') {
      await change({ exclude: excludes(before.exclude, [wallAt(due_ms, place.time_zone)]) })
      const sounds = plan.rules.find(rule => rule.schedule.schedule_id === schedule_id)?.sounds
      const targets = before.kind === 'opening' && !('players' in before.targets) ? { stores: await dueAlike(plan, before, wallAt(due_ms, place.time_zone)) } : before.targets
      if (patch) await create({ ...alone(said, before, sounds, own, due_ms), targets })
    }
    else if (scope === 'day') {
      await change({ exclude: excludes(before.exclude, [day]) })
      if (patch) await create({ from_date: day, until_date: day, weekdays: EVERY_WEEKDAY, exclude: before.exclude.filter(each => each !== day), skip_holidays: [] })
    }
    else {
      const of_day = momentsOf(onDay(before, day), place, due_ms - 3 * 86_400_000, due_ms + 3 * 86_400_000).map(moment => moment.due_ms)
      const [earlier, later] = [of_day.filter(at => at < due_ms), of_day.filter(at => at >= due_ms)]
      const until_date = earlier.length ? day : dayName(Date.parse(day) / 86_400_000 - 1)
      const rest = { ...before, until_date, exclude: excludes(before.exclude, earlier.length ? later.map(at => wallAt(at, place.time_zone)) : []) }
      // Nothing would be left of it before: it is all of it.
      if (ruleProblems(rest).length) await whole()
      else {
        await change({ until_date, exclude: rest.exclude })
        if (patch) await create(await following(said, { from_date: day, until_date: before.until_date }, patch, { place, earlier, of_day }))
      }
    }
    return done
  })
}

/** The day to which a due moment belongs; undefined: nothing is due then. */
function dayOf(rule: OccurrenceRule, place: OccurrencePlace, due_ms: number): string | undefined {
  const number = dayNumberAt(due_ms, place.time_zone)
  return NEAR_DAYS.map(days => dayName(number + days)).find(day => momentsOf(onDay(rule, day), place, due_ms, due_ms + 1).length > 0)
}

/** Stores open at their own hours: those in which something is due when their clocks show the same. */
async function dueAlike(plan: Plan, rule: Row, wall: string): Promise<string[]> {
  const [day, time] = wall.split('T') as [string, string]
  const meant = await storesMeant(plan, rule.targets)
  return meant.filter((id) => {
    const place = plan.stores.get(id)!
    const at = instantOf(day, wallMs(time), place.time_zone)
    return momentsOf(rule, place, at, at + 1).length > 0
  })
}

/** What a rule says of one of its days. */
function onDay<Rule extends OccurrenceRule>(rule: Rule, day: string): Rule {
  const is_within = (!rule.from_date || rule.from_date <= day) && (!rule.until_date || day <= rule.until_date)
  return is_within ? { ...rule, from_date: day, until_date: day } : { ...rule, weekdays: [] }
}

function excludes(before: string[], more: string[]): string[] {
  const all = [...new Set([...before, ...more])].sort()
  if (all.length > MOST_EXCLUDED) throw new Unprocessable('too_many_exclusions', 'This schedule has too many single days off already.', [{ path: 'exclude', message: `must not be more than ${MOST_EXCLUDED}` }])
  return all
}

/** One occurrence as a schedule of its own: the message whose turn it was. */
function alone(said: Schedule, row: Row, sounds: PlannedSound[] | undefined, place: OccurrencePlace, due_ms: number): Partial<Schedule> {
  const zone = row.time_zone ?? place.time_zone
  const due = sounds && dueWithin({ schedule: row, sounds }, place, { from: due_ms, to: due_ms + 1 }).find(each => each.due_ms === due_ms)
  const messages = said.messages.filter(({ audio_id }) => audio_id === due?.sound.audio_id)
  return {
    ...messages.length > 0 && { messages: messages.slice(0, 1), rotation: null },
    kind: 'once', at: wallAt(due_ms, zone), interval_minutes: null, window_start: null, window_end: null, times: null, opening_edge: null, opening_offset_minutes: null,
    weekdays: EVERY_WEEKDAY, from_date: null, until_date: null, exclude: [], skip_holidays: [],
  }
}

/** All from an occurrence on. Of its day, what the patch makes of the earlier ones is left out: they have their own. */
function following(said: Schedule, dates: Pick<Schedule, 'from_date' | 'until_date'>, patch: Patch, { place, earlier, of_day }: { place: OccurrencePlace, earlier: number[], of_day: number[] }): Partial<Schedule> {
  const due_ms = of_day[earlier.length]!
  const from_date = dates.from_date!
  const rule = { ...said, ...dates, ...patch, from_date: patch.from_date ?? from_date } as Schedule
  if (!earlier.length || rule.kind === 'once' || rule.from_date !== from_date || ruleProblems(rule).length) return dates
  const zone = rule.time_zone ?? place.time_zone
  const here = { ...place, time_zone: zone }
  const moments = momentsOf(onDay(rule, from_date), here, due_ms - 3 * 86_400_000, due_ms + 3 * 86_400_000).map(moment => moment.due_ms)
  const not_before = moments.length === of_day.length ? moments[earlier.length]! : due_ms
  return { ...dates, exclude: excludes(rule.exclude, moments.filter(at => at < not_before).map(at => wallAt(at, zone))) }
}

/** A schedule as its route is asked to make it. */
function toRequest(said: Schedule, rule: Partial<Schedule>, patch: Patch): unknown {
  const { schedule_id: _, audio_id: __, deleted_at: ___, version: ____, created_at: _____, updated_at: ______, messages, ...rest } = { ...said, ...rule }
  const { audio_id, messages: airs = audio_id ? [{ audio_id, weight: 1 }] : undefined, ...changes } = patch
  // What the rule leaves out of its own days stays left out, whatever the patch says of other things.
  const exclude = [...new Set([...rule.exclude ?? rest.exclude, ...changes.exclude ?? []])]
  return { ...rest, ...changes, exclude, messages: airs ?? messages.filter(each => !each.deleted_at).map(({ audio_id, weight }) => ({ audio_id, weight })) }
}
