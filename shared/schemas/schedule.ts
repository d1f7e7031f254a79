import { z } from 'zod'
import { OnBusySchema, PrioritySchema } from '../protocol'
import { IdSchema, InstantSchema, listOf, NameSchema, PageQuerySchema, TimeZoneSchema } from './common'
import { TargetsSchema } from './player'
import { SCHEDULE_KINDS } from './schedule-words'

/** A wall time: `18:30`, or `18:30:15`. */
const WallTimeSchema = z.string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/, { error: 'must be a time such as "18:30"' })
  .transform(withoutSeconds)

/** A date that the calendar has: no February 30. */
const DateSchema = z.iso.date({ error: 'must be a date such as "2026-11-22"' })

const LocalTimeSchema = z.string().max(19).refine(text => isLocalTime(text), { error: 'must be a local date and time such as "2026-11-22T18:30"' }).transform(withoutSeconds)

/** A day, or one occurrence by its local date and time. */
const ExclusionSchema = z.string().max(19).refine(text => DateSchema.safeParse(text).success || isLocalTime(text), { error: 'must be a date, or a local date and time' }).transform(withoutSeconds)

function isLocalTime(text: string): boolean {
  const [date, time, ...more] = text.split('T')
  return more.length === 0 && time !== undefined && DateSchema.safeParse(date).success && WallTimeSchema.safeParse(time).success
}

/** `18:30:00` is `18:30`. */
function withoutSeconds(time: string): string {
  return time.replace(/(:\d\d):00$/, '$1')
}

/** Each once, in order. */
const inOrder = <T extends string | number>(values: T[]): T[] => [...new Set(values)].sort((a, b) => a < b ? -1 : 1)

/** The fields of a rule, as they are asked for. Which of them a kind needs is said by `shared/utils/rule-problems.ts`. */
const RuleFields = {
  name: NameSchema.nullable(),
  audio_id: IdSchema,
  targets: TargetsSchema,
  kind: z.enum(SCHEDULE_KINDS).meta({ description: '`interval`: every so many minutes in a window of each day; `times`: at times of each day; `once`: at one local date and time' }),
  interval_minutes: z.number().int().min(1).max(1440).nullable(),
  window_start: WallTimeSchema.nullable(),
  /** Earlier than the start: after midnight, and of the day on which the window starts. */
  window_end: WallTimeSchema.nullable().meta({ description: 'Included. Earlier than window_start: after midnight' }),
  times: z.array(WallTimeSchema).min(1).max(1440).transform(inOrder).nullable(),
  at: LocalTimeSchema.nullable(),
  weekdays: z.array(z.number().int().min(1).max(7)).min(1, { error: 'must name a weekday' }).max(7).transform(inOrder).meta({ description: '1 is Monday' }),
  from_date: DateSchema.nullable(),
  until_date: DateSchema.nullable(),
  exclude: z.array(ExclusionSchema).max(1000).transform(inOrder).meta({ description: 'Days, or single occurrences by their local date and time' }),
  time_zone: TimeZoneSchema.nullable().meta({ description: 'None: each store\'s own' }),
  priority: PrioritySchema.exclude(['music']),
  on_busy: OnBusySchema,
  grace_s: z.number().int().min(0).max(21_600).meta({ description: 'How late it may still start' }),
  repeat: z.number().int().min(1).max(10).meta({ description: 'How often it is heard, one time after the other' }),
  enabled: z.boolean(),
}

export const NewScheduleSchema = z.object({
  ...RuleFields,
  name: RuleFields.name.default(null),
  targets: RuleFields.targets.default({ all: true }),
  interval_minutes: RuleFields.interval_minutes.default(null),
  window_start: RuleFields.window_start.default(null),
  window_end: RuleFields.window_end.default(null),
  times: RuleFields.times.default(null),
  at: RuleFields.at.default(null),
  weekdays: RuleFields.weekdays.default([1, 2, 3, 4, 5, 6, 7]),
  from_date: RuleFields.from_date.default(null),
  until_date: RuleFields.until_date.default(null),
  exclude: RuleFields.exclude.default([]),
  time_zone: RuleFields.time_zone.default(null),
  priority: RuleFields.priority.default('scheduled'),
  on_busy: RuleFields.on_busy.default('after_current'),
  grace_s: RuleFields.grace_s.default(120),
  repeat: RuleFields.repeat.default(1),
  enabled: RuleFields.enabled.default(true),
}).meta({ id: 'NewSchedule' })
export type NewSchedule = z.input<typeof NewScheduleSchema>

export const SchedulePatchSchema = z.object({
  ...RuleFields,
  /** `null` undoes a deletion. */
  deleted_at: z.null(),
  version: z.number().int().positive().meta({ description: 'The version that was changed: 409 when somebody changed it meanwhile' }),
}).partial().meta({ id: 'SchedulePatch' })
export type SchedulePatch = z.input<typeof SchedulePatchSchema>

export const ScheduleSchema = z.object({
  schedule_id: IdSchema,
  name: z.string().nullable(),
  /** Null when the message is gone for good. */
  audio_id: IdSchema.nullable(),
  message: z.object({ title: z.string(), duration_ms: z.number().int(), deleted_at: InstantSchema.nullable() }).nullable(),
  targets: TargetsSchema,
  kind: z.enum(SCHEDULE_KINDS),
  interval_minutes: z.number().int().nullable(),
  window_start: z.string().nullable(),
  window_end: z.string().nullable(),
  times: z.array(z.string()).nullable(),
  at: z.string().nullable(),
  weekdays: z.array(z.number().int()),
  from_date: z.string().nullable(),
  until_date: z.string().nullable(),
  exclude: z.array(z.string()),
  time_zone: z.string().nullable(),
  priority: PrioritySchema,
  on_busy: OnBusySchema,
  grace_s: z.number().int(),
  repeat: z.number().int(),
  enabled: z.boolean(),
  version: z.number().int(),
  created_at: InstantSchema,
  updated_at: InstantSchema,
  deleted_at: InstantSchema.nullable(),
}).meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof ScheduleSchema>

export const ScheduleQuerySchema = PageQuerySchema.extend({
  q: z.string().trim().max(200).optional(),
  audio_id: IdSchema.optional(),
  enabled: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).optional(),
})
export type ScheduleQuery = z.output<typeof ScheduleQuerySchema>
export const ScheduleListSchema = listOf(ScheduleSchema)
export type ScheduleList = z.infer<typeof ScheduleListSchema>

/** The longest time whose occurrences are listed at once: two months of a calendar. */
export const LONGEST_RANGE_DAYS = 62

export const OccurrenceQuerySchema = z.object({
  from: InstantSchema,
  to: InstantSchema,
  store_id: IdSchema.optional(),
}).superRefine(({ from, to }, context) => {
  const length_ms = Date.parse(to) - Date.parse(from)
  if (length_ms <= 0) context.addIssue({ code: 'custom', path: ['to'], message: 'must be after from' })
  if (length_ms > LONGEST_RANGE_DAYS * 86_400_000) context.addIssue({ code: 'custom', path: ['to'], message: `must be at most ${LONGEST_RANGE_DAYS} days after from` })
})
export type OccurrenceQuery = z.output<typeof OccurrenceQuerySchema>

export const OccurrenceListSchema = z.object({
  items: z.array(z.object({
    schedule_id: IdSchema,
    name: z.string().nullable(),
    due_at: InstantSchema,
    store_id: IdSchema,
    /** The store's players that are meant; null for every one. */
    player_ids: z.array(IdSchema).nullable(),
    audio_id: IdSchema,
    title: z.string(),
    duration_ms: z.number().int(),
    priority: PrioritySchema,
    on_busy: OnBusySchema,
    expires_at: InstantSchema,
    repeat: z.number().int(),
  })),
  /** Where the rest begins, when there were too many for one answer. */
  next_from: InstantSchema.nullable(),
}).meta({ id: 'OccurrenceList' })
export type OccurrenceList = z.infer<typeof OccurrenceListSchema>
export type ListedOccurrence = OccurrenceList['items'][number]
