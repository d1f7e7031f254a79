import { z } from 'zod'
import { OnBusySchema, PrioritySchema } from '../protocol'
import { MOST_WEIGHT } from '../utils/rotation'
import { IdSchema, InstantSchema, listOf, NameSchema, PageQuerySchema, TimeZoneSchema } from './common'
import { TargetsSchema } from './player'
import { AIRING_RULES, OPENING_EDGES, ROTATIONS, SCHEDULE_KINDS, VERDICTS } from './schedule-words'
import { HolidayRegionSchema } from './settings'

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

const WallDateSchema = DateSchema.refine(day => day >= '1970-01-01' && day <= '9999-12-30', { error: 'must be between 1970 and 9999' })

const ScheduledMessageSchema = z.strictObject({
  audio_id: IdSchema,
  weight: z.int().min(1).max(MOST_WEIGHT).default(1).meta({ description: 'Of a weighted rotation: how often in a round' }),
})

/** The fields of a rule, as they are asked for. Which of them a kind needs is said by `shared/utils/rule-problems.ts`. */
const RuleFields = {
  name: NameSchema.nullable(),
  messages: z.array(ScheduledMessageSchema).min(1).max(100).meta({ description: 'What it airs: one message, or those of a rotation' }),
  rotation: z.enum(ROTATIONS).nullable().meta({ description: '`in_order`: one after the other; `shuffled`: each once in a round; `weighted`: as often in a round as its weight says. What is excluded loses its turn' }),
  template_id: IdSchema.nullable().meta({ description: 'Its message was made of this template (POST /api/v1/library/templates/{template_id}/fill)' }),
  template_values: z.record(z.string().max(40), z.string().max(200)).nullable(),
  targets: TargetsSchema,
  kind: z.enum(SCHEDULE_KINDS).meta({ description: '`interval`: every so many minutes in a window of each day; `times`: at times of each day; `once`: at one local date and time; `opening`: so long before or after each store opens or closes' }),
  interval_minutes: z.number().int().min(1).max(1440).nullable(),
  window_start: WallTimeSchema.nullable(),
  /** Earlier than the start: after midnight, and of the day on which the window starts. */
  window_end: WallTimeSchema.nullable().meta({ description: 'Included. Earlier than window_start: after midnight' }),
  times: z.array(WallTimeSchema).min(1).max(1440).transform(inOrder).nullable(),
  at: LocalTimeSchema.nullable(),
  opening_edge: z.enum(OPENING_EDGES).nullable(),
  opening_offset_minutes: z.number().int().min(-720).max(720).nullable().meta({ description: 'After the store opens or closes; negative: before' }),
  weekdays: z.array(z.number().int().min(1).max(7)).min(1, { error: 'must name a weekday' }).max(7).transform(inOrder).meta({ description: '1 is Monday' }),
  from_date: WallDateSchema.nullable(),
  until_date: WallDateSchema.nullable(),
  exclude: z.array(ExclusionSchema).max(1000).transform(inOrder).meta({ description: 'Days, or single occurrences by their local date and time' }),
  skip_holidays: z.array(z.string().min(1).max(200)).max(100).transform(inOrder).meta({ description: 'Keys of holidays (GET /api/v1/schedule/holidays) on which it does not air; "*": on none of them' }),
  time_zone: TimeZoneSchema.nullable().meta({ description: 'None: each store\'s own' }),
  priority: PrioritySchema.exclude(['music']),
  on_busy: OnBusySchema,
  grace_s: z.number().int().min(0).max(21_600).meta({ description: 'How late it may still start' }),
  repeat: z.number().int().min(1).max(10).meta({ description: 'How often it is heard, one time after the other' }),
  volume: z.number().min(0).max(1).nullable().meta({ description: 'As a share of the player\'s volume' }),
  enabled: z.boolean(),
  paused_until: InstantSchema.nullable().meta({ description: 'What is due before does not air' }),
}

export const NewScheduleSchema = z.object({
  ...RuleFields,
  name: RuleFields.name.default(null),
  messages: RuleFields.messages.optional(),
  audio_id: IdSchema.optional().meta({ description: 'Short for `messages` with one' }),
  rotation: RuleFields.rotation.default(null),
  template_id: RuleFields.template_id.default(null),
  template_values: RuleFields.template_values.default(null),
  targets: RuleFields.targets.default({ all: true }),
  interval_minutes: RuleFields.interval_minutes.default(null),
  window_start: RuleFields.window_start.default(null),
  window_end: RuleFields.window_end.default(null),
  times: RuleFields.times.default(null),
  at: RuleFields.at.default(null),
  opening_edge: RuleFields.opening_edge.default(null),
  opening_offset_minutes: RuleFields.opening_offset_minutes.default(null),
  weekdays: RuleFields.weekdays.default([1, 2, 3, 4, 5, 6, 7]),
  from_date: RuleFields.from_date.default(null),
  until_date: RuleFields.until_date.default(null),
  exclude: RuleFields.exclude.default([]),
  skip_holidays: RuleFields.skip_holidays.default([]),
  time_zone: RuleFields.time_zone.default(null),
  priority: RuleFields.priority.default('scheduled'),
  on_busy: RuleFields.on_busy.default('after_current'),
  grace_s: RuleFields.grace_s.default(120),
  repeat: RuleFields.repeat.default(1),
  volume: RuleFields.volume.default(null),
  enabled: RuleFields.enabled.default(true),
  paused_until: RuleFields.paused_until.default(null),
}).superRefine((rule, context) => {
  if ((rule.messages === undefined) === (rule.audio_id === undefined)) context.addIssue({ code: 'custom', path: ['audio_id'], message: 'must be given, or messages, but not both' })
}).meta({ id: 'NewSchedule' })
export type NewSchedule = z.input<typeof NewScheduleSchema>

export const SchedulePatchSchema = z.object({
  ...RuleFields,
  audio_id: IdSchema,
  /** `null` undoes a deletion. */
  deleted_at: z.null(),
  version: z.number().int().positive().meta({ description: 'The version that was changed: 409 when somebody changed it meanwhile' }),
}).partial().meta({ id: 'SchedulePatch' })
export type SchedulePatch = z.input<typeof SchedulePatchSchema>

/** When and how a schedule airs, as it is kept. */
const KeptRuleFields = {
  name: z.string().nullable(),
  rotation: z.enum(ROTATIONS).nullable(),
  template_id: IdSchema.nullable(),
  template_values: z.record(z.string(), z.string()).nullable(),
  targets: TargetsSchema,
  kind: z.enum(SCHEDULE_KINDS),
  interval_minutes: z.number().int().nullable(),
  window_start: z.string().nullable(),
  window_end: z.string().nullable(),
  times: z.array(z.string()).nullable(),
  at: z.string().nullable(),
  opening_edge: z.enum(OPENING_EDGES).nullable(),
  opening_offset_minutes: z.number().int().nullable(),
  weekdays: z.array(z.number().int()),
  from_date: z.string().nullable(),
  until_date: z.string().nullable(),
  exclude: z.array(z.string()),
  skip_holidays: z.array(z.string()),
  time_zone: z.string().nullable(),
  priority: PrioritySchema,
  on_busy: OnBusySchema,
  grace_s: z.number().int(),
  repeat: z.number().int(),
  volume: z.number().nullable(),
  enabled: z.boolean(),
  paused_until: InstantSchema.nullable(),
  deleted_at: InstantSchema.nullable(),
}

/** A schedule as it was: what an earlier version said. */
export const ScheduleSnapshotSchema = z.object({ ...KeptRuleFields, messages: z.array(z.object({ audio_id: IdSchema, weight: z.number().int() })) })
export type ScheduleSnapshot = z.infer<typeof ScheduleSnapshotSchema>

export const ScheduleSchema = z.object({
  schedule_id: IdSchema,
  ...KeptRuleFields,
  /** In their order; those that are gone for good are not in it. */
  messages: z.array(z.object({
    audio_id: IdSchema,
    weight: z.number().int(),
    title: z.string(),
    duration_ms: z.number().int(),
    /** Of its category; null: it has none. */
    colour: z.string().nullable(),
    /** In the bin since then. */
    deleted_at: InstantSchema.nullable(),
  })),
  /** The first of its messages; null when all are gone for good. */
  audio_id: IdSchema.nullable(),
  version: z.number().int(),
  created_at: InstantSchema,
  updated_at: InstantSchema,
}).meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof ScheduleSchema>

export const SCHEDULE_STATES = ['airing', 'paused', 'ended', 'expiring', 'without_message', 'duplicate'] as const
export const SCHEDULE_SORTS = ['newest', 'name', 'changed', 'priority', 'until'] as const

export const ScheduleQuerySchema = PageQuerySchema.extend({
  q: z.string().trim().max(200).optional(),
  audio_id: IdSchema.optional(),
  enabled: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).optional(),
  /** Those that air at this store, or in this group. */
  store_id: IdSchema.optional(),
  group_id: IdSchema.optional(),
  kind: z.enum(SCHEDULE_KINDS).optional(),
  /** `ended`: will never be due again; `expiring`: within 14 days; `without_message`: what it airs was deleted; `duplicate`: airs the same message at a same place and moment as another. */
  state: z.enum(SCHEDULE_STATES).optional(),
  sort: z.enum(SCHEDULE_SORTS).default('newest'),
})
export type ScheduleQuery = z.output<typeof ScheduleQuerySchema>
export const ScheduleListSchema = listOf(ScheduleSchema)
export type ScheduleList = z.infer<typeof ScheduleListSchema>

/** Many at once: all or none. */
export const ScheduleBulkSchema = z.object({
  schedule_ids: z.array(IdSchema).min(1).max(1000),
  act: z.enum(['pause', 'resume', 'delete', 'restore']),
  /** For `pause`; none: until it is resumed. */
  paused_until: InstantSchema.nullish(),
}).meta({ id: 'ScheduleBulk' })
export type ScheduleBulk = z.input<typeof ScheduleBulkSchema>

/**
 * A change of one occurrence, of all of its day, or of one and all that follow. `this`: it is taken out of its schedule and
 * becomes one of its own, with the patch; without a patch it is taken out only. `day`: the same of its day. `following`: the schedule ends before it, and another
 * with the patch begins there; without a patch the schedule ends.
 */
export const ScheduleSplitSchema = z.object({
  scope: z.enum(['this', 'day', 'following']),
  due_at: InstantSchema,
  /** Whose clocks say what day that is. */
  store_id: IdSchema,
  patch: SchedulePatchSchema.omit({ version: true, deleted_at: true }).nullable(),
  version: z.number().int().positive().optional(),
}).meta({ id: 'ScheduleSplit' })
export type ScheduleSplit = z.input<typeof ScheduleSplitSchema>

/** What an act changed: `revert` each of `changed` to its `version` before, and delete what was `created`, undoes it. */
export const ScheduleChangeSchema = z.object({
  changed: z.array(z.object({ schedule_id: IdSchema, version_before: z.number().int(), version: z.number().int() })),
  created: z.array(IdSchema),
}).meta({ id: 'ScheduleChange' })
export type ScheduleChange = z.infer<typeof ScheduleChangeSchema>

/** Brings back what an earlier version said; `version` is that of now. */
export const ScheduleRevertSchema = z.object({ to_version: z.number().int().positive(), version: z.number().int().positive().optional() }).meta({ id: 'ScheduleRevert' })

/** The longest time whose occurrences are listed at once: two months of a calendar. */
export const LONGEST_RANGE_DAYS = 62

export const OccurrenceQuerySchema = z.object({
  from: InstantSchema,
  to: InstantSchema,
  store_id: IdSchema.optional(),
  group_id: IdSchema.optional(),
  schedule_id: IdSchema.optional(),
}).superRefine(requireRange)
export type OccurrenceQuery = z.output<typeof OccurrenceQuerySchema>

function requireRange({ from, to }: { from: string, to: string }, context: z.RefinementCtx): void {
  const length_ms = Date.parse(to) - Date.parse(from)
  if (length_ms <= 0) context.addIssue({ code: 'custom', path: ['to'], message: 'must be after from' })
  if (length_ms > LONGEST_RANGE_DAYS * 86_400_000) context.addIssue({ code: 'custom', path: ['to'], message: `must be at most ${LONGEST_RANGE_DAYS} days after from` })
}

/** What becomes of an occurrence among the others of its player: see `shared/utils/airing-plan.ts`. */
const LaidFields = {
  verdict: z.enum(VERDICTS),
  /** When it begins and ends; where it is dropped: would have. */
  starts_at: InstantSchema,
  ends_at: InstantSchema,
  /** Which rule moved, dropped or cut it. */
  rule: z.enum(AIRING_RULES).nullable(),
  /** What came before it: a schedule's name or message's title; the name of a quiet time. */
  because: z.string().nullable(),
}

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
    /** Of its category. */
    colour: z.string().nullable(),
    priority: PrioritySchema,
    on_busy: OnBusySchema,
    expires_at: InstantSchema,
    repeat: z.number().int(),
    ...LaidFields,
  })),
  /** Where the rest begins, when there were too many for one answer. */
  next_from: InstantSchema.nullable(),
}).meta({ id: 'OccurrenceList' })
export type OccurrenceList = z.infer<typeof OccurrenceListSchema>
export type ListedOccurrence = OccurrenceList['items'][number]

/** The same for a calendar of many stores: what is due at the same instant at several is one. */
export const CalendarQuerySchema = z.object({
  from: InstantSchema,
  to: InstantSchema,
  store_id: IdSchema.optional(),
  group_id: IdSchema.optional(),
  by: z.enum(['occurrence', 'day', 'window']).default('occurrence').meta({ description: '`day`: one for each schedule and day, with how many there are; `window`: only for what airs every so many minutes, all else by occurrence. A window is of the day on which it begins' }),
  time_zone: TimeZoneSchema.optional().meta({ description: 'Whose days, where they are told by days; none: each store\'s own' }),
}).superRefine(requireRange)
export type CalendarQuery = z.output<typeof CalendarQuerySchema>

export const CalendarListSchema = z.object({
  items: z.array(z.object({
    schedule_id: IdSchema,
    name: z.string().nullable(),
    title: z.string(),
    audio_id: IdSchema,
    colour: z.string().nullable(),
    priority: PrioritySchema,
    kind: z.enum(SCHEDULE_KINDS),
    /** Of the first; `ends_at` of the last. */
    due_at: InstantSchema,
    starts_at: InstantSchema,
    ends_at: InstantSchema,
    /** How many due moments these are, at how many stores, and how many times at a store something is not airing as it is due. */
    count: z.number().int(),
    stores: z.number().int(),
    /** Of what airs every so many minutes. */
    interval_minutes: z.number().int().nullable(),
    /** One of the stores: whose clocks tell a split which day that is. */
    store_id: IdSchema,
    /** Of that store, on whose clocks it is due. */
    time_zone: z.string(),
    moved: z.number().int(),
    dropped: z.number().int(),
    rule: z.enum(AIRING_RULES).nullable(),
    because: z.string().nullable(),
  })),
  next_from: InstantSchema.nullable(),
}).meta({ id: 'CalendarList' })
export type CalendarList = z.infer<typeof CalendarListSchema>
export type CalendarItem = CalendarList['items'][number]

/** A schedule that is being written, perhaps not whole yet. */
export const SchedulePreviewQuerySchema = z.object({
  /** The one that is being changed: it does not collide with itself. */
  schedule_id: IdSchema.optional(),
  schedule: z.object({ ...RuleFields, audio_id: IdSchema, duration_ms: z.number().int().nonnegative() }).partial(),
}).meta({ id: 'SchedulePreviewQuery' })
export type SchedulePreviewQuery = z.input<typeof SchedulePreviewQuerySchema>

const CollisionSchema = z.object({
  store_id: IdSchema,
  store_name: z.string(),
  schedule_id: IdSchema,
  /** Of the other schedule, or its message. */
  name: z.string(),
  /** The first of them, and how many there are in the next 14 days, on which weekdays. */
  due_at: InstantSchema,
  other_due_at: InstantSchema,
  count: z.number().int(),
  weekdays: z.array(z.number().int()),
  /** What would become of this one and of the other. */
  verdict: z.enum(VERDICTS),
  other_verdict: z.enum(VERDICTS),
  rule: z.enum(AIRING_RULES).nullable(),
})
export type Collision = z.infer<typeof CollisionSchema>

export const SchedulePreviewSchema = z.object({
  /** Why it can never be due, with the field to mend: as of a request that is refused. */
  problems: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  stores: z.number().int(),
  players: z.number().int(),
  /** The next ten of each zone in which it airs. */
  zones: z.array(z.object({ time_zone: z.string(), stores: z.number().int(), next: z.array(InstantSchema).max(10) })),
  /** Occurrences at one store on a day on which it airs, on average of the next 14, and at most. */
  per_day: z.object({ average: z.number(), most: z.number().int() }),
  /** The first 50. */
  collisions: z.array(CollisionSchema).max(50),
  /** At so many of its stores collisions were looked for: fewer than all, where that would take too long. */
  stores_checked: z.number().int(),
  /** Occurrences of the next 14 days at all stores that limits would move or drop, by rule. */
  limited: z.array(z.object({ rule: z.enum(AIRING_RULES), moved: z.number().int(), dropped: z.number().int() })),
  /** The next moment at which it would collide with nothing for 14 days; null: within a day there is none, or it collides with nothing. */
  next_free: InstantSchema.nullable(),
  /** What to change for that. */
  free_patch: z.object({ at: z.string(), times: z.array(z.string()), window_start: z.string(), window_end: z.string(), opening_offset_minutes: z.number().int() }).partial().nullable(),
}).meta({ id: 'SchedulePreview' })
export type SchedulePreview = z.infer<typeof SchedulePreviewSchema>

const LanguageSchema = z.string().regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/, { error: 'must be a language such as "es"' })

/** The time machine: one store's day. */
export const DayQuerySchema = z.object({
  store_id: IdSchema,
  date: WallDateSchema,
  language: LanguageSchema.optional().meta({ description: 'Of the holidays\' names, where they are known in it' }),
})
export type DayQuery = z.output<typeof DayQuerySchema>

export const DayExportQuerySchema = DayQuerySchema.extend({ language: z.enum(['es', 'en']).default('es') })
export type DayExportQuery = z.output<typeof DayExportQuerySchema>

/** What an entry of a day was or will be. */
export const DAY_RESULTS = ['airs', 'moved', 'dropped', 'cut', 'playing', 'played', 'skipped', 'awaited'] as const

export const DayEntrySchema = z.object({
  /** Of the play row; null: there is none (yet). */
  play_id: IdSchema.nullable(),
  schedule_id: IdSchema.nullable(),
  air_id: IdSchema.nullable(),
  name: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  audio_id: IdSchema.nullable(),
  /** To be heard: relative to the server's origin; null: the sound is gone. */
  url: z.string().nullable(),
  colour: z.string().nullable(),
  priority: PrioritySchema,
  player_id: IdSchema.nullable(),
  /** Null: every player of the store. */
  player_name: z.string().nullable(),
  due_at: InstantSchema,
  starts_at: InstantSchema,
  ends_at: InstantSchema,
  duration_ms: z.number().int(),
  /** `awaited`: it is past, and nobody has said what became of it yet. */
  result: z.enum(DAY_RESULTS),
  rule: z.enum(AIRING_RULES).nullable(),
  /** Of a play that was not heard. */
  reason: z.string().nullable(),
  because: z.string().nullable(),
  /** How late it began, ms; null: it has not. */
  late_ms: z.number().int().nullable(),
  level_db: z.number().nullable(),
})
export type DayEntry = z.infer<typeof DayEntrySchema>

export const DaySchema = z.object({
  store_id: IdSchema,
  store_name: z.string(),
  time_zone: z.string(),
  date: z.string(),
  /** The day's first and last instant there: 23 or 25 hours apart when clocks change. */
  from: InstantSchema,
  to: InstantSchema,
  open: z.array(z.object({ from: InstantSchema, to: InstantSchema })).nullable(),
  quiet: z.array(z.object({ from: InstantSchema, to: InstantSchema, name: z.string() })),
  holidays: z.array(z.object({ key: z.string(), name: z.string() })),
  entries: z.array(DayEntrySchema),
  /** When none of the store's players was there, as far as is known. */
  silent: z.array(z.object({ player_name: z.string(), from: InstantSchema, to: InstantSchema.nullable() })),
}).meta({ id: 'Day' })
export type Day = z.infer<typeof DaySchema>

export const HolidayQuerySchema = z.object({
  year: z.coerce.number().int().min(1970).max(2200).optional(),
  region: HolidayRegionSchema.optional().meta({ description: 'None: what the client\'s stores have, its own days included' }),
  language: LanguageSchema.optional().meta({ description: 'Of the names, where they are known in it' }),
})
export type HolidayQuery = z.output<typeof HolidayQuerySchema>
export const HolidayListSchema = z.object({ items: z.array(z.object({ key: z.string(), name: z.string(), date: z.string() })) }).meta({ id: 'HolidayList' })
export type HolidayList = z.infer<typeof HolidayListSchema>

export const HolidayRegionQuerySchema = z.object({ language: LanguageSchema.optional() })
/** Countries by name; `regions` have holidays of their own beside the country's. */
export const HolidayRegionListSchema = z.object({
  items: z.array(z.object({ region: z.string(), name: z.string(), regions: z.array(z.object({ region: z.string(), name: z.string() })) })),
}).meta({ id: 'HolidayRegionList' })
export type HolidayRegionList = z.infer<typeof HolidayRegionListSchema>

/** The address of a store's calendar feed: whoever has it may read it. */
export const FeedSchema = z.object({ url: z.url() }).meta({ id: 'Feed' })

export const NextAiringQuerySchema = z.object({
  schedule_ids: z.string().transform(ids => ids.split(',')).pipe(z.array(IdSchema).min(1).max(100)).meta({ description: 'With commas, 100 at most' }),
})
/** When a schedule airs next. */
export const NextAiringSchema = z.object({
  schedule_id: IdSchema,
  due_at: InstantSchema,
  /** The first of the stores in which it airs then. */
  store_id: IdSchema,
  /** On whose clocks: the store's, or the schedule's own. */
  time_zone: z.string(),
}).meta({ id: 'NextAiring' })
export type NextAiring = z.infer<typeof NextAiringSchema>
export const NextAiringListSchema = z.object({ items: z.array(NextAiringSchema) }).meta({ id: 'NextAiringList' })

/** Today at a glance. */
export const TodaySchema = z.object({
  /** Due next, everywhere: what is due at the same instant at several stores is one. */
  next: z.array(z.object({ schedule_id: IdSchema, audio_id: IdSchema, title: z.string(), due_at: InstantSchema, stores: z.number().int(), colour: z.string().nullable() })).max(10),
  on_air: z.array(z.object({ play_id: IdSchema, title: z.string(), store_name: z.string(), player_name: z.string(), started_at: InstantSchema, duration_ms: z.number().int() })).max(20),
  /** Of today's plays, each store's own day: those with an end. */
  heard: z.number().int(),
  missed: z.number().int(),
  silent_stores: z.array(z.object({ store_id: IdSchema, name: z.string(), since: InstantSchema.nullable(), open: z.boolean() })),
  /** Characters that speech has used this month; null: the provider counts none. */
  quota: z.object({ used: z.number().int(), limit: z.number().int().nullable() }).nullable(),
  expiring: z.number().int(),
  without_message: z.number().int(),
}).meta({ id: 'Today' })
export type Today = z.infer<typeof TodaySchema>
