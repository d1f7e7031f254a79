import { z } from 'zod'
import { IdSchema, InstantSchema, NameSchema, TimeZoneSchema } from './common'
import { HolidayRegionSchema, LimitOverridesSchema, PlayerOverridesSchema } from './settings'

export const ROLES = ['viewer', 'editor', 'owner'] as const
export const RoleSchema = z.enum(ROLES)
export type Role = z.infer<typeof RoleSchema>

/**
 * Whether a role may do what another role may do.
 * @param role what the person has
 * @param needed what the act needs
 */
export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

export const PasswordSchema = z.string().min(10).max(128)
export const EmailSchema = z.email().max(254).transform(email => email.toLowerCase())

export const SetUpStateSchema = z.object({ needed: z.boolean() }).meta({ id: 'SetUpState' })
export const SetUpSchema = z.object({
  token: z.string().min(1).max(100),
  name: NameSchema,
  email: EmailSchema,
  password: PasswordSchema,
  client_name: NameSchema,
  store_name: NameSchema,
  time_zone: TimeZoneSchema,
}).meta({ id: 'SetUp' })
export type SetUp = z.input<typeof SetUpSchema>

export const ClientSchema = z.object({ client_id: z.string(), name: z.string(), role: RoleSchema }).meta({ id: 'Client' })
export type Client = z.infer<typeof ClientSchema>

export const MeSchema = z.object({
  user: z.object({ name: z.string(), email: z.string(), is_admin: z.boolean() }).nullable(),
  client: ClientSchema.nullable(),
  clients: z.array(ClientSchema),
}).meta({ id: 'Me' })
export type Me = z.infer<typeof MeSchema>

export const MePatchSchema = z.object({ name: NameSchema }).meta({ id: 'MePatch' })

export const NewClientSchema = z.object({
  name: NameSchema,
  store_name: NameSchema,
  time_zone: TimeZoneSchema,
}).meta({ id: 'NewClient' })
export const ActiveClientSchema = z.object({ client_id: z.string().max(64) }).meta({ id: 'ActiveClient' })

export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'] as const
const TimeSchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
const ClosingTimeSchema = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/)

/** The hours of one day, in order or not: each ends later than it begins, and none reaches into another. */
const DayHoursSchema = z.array(z.tuple([TimeSchema, ClosingTimeSchema])).max(6).superRefine((ranges, context) => {
  const sorted = ranges.map(([from, to], at) => ({ from, to, at })).sort((a, b) => a.from.localeCompare(b.from))
  for (const [index, { from, to, at }] of sorted.entries()) {
    if (to <= from) context.addIssue({ code: 'custom', path: [at], message: 'must end later than it begins; what goes on after midnight belongs to the next day', params: { reason: 'hours_order' } })
    else if (index > 0 && from < sorted[index - 1]!.to) context.addIssue({ code: 'custom', path: [at], message: 'must not overlap another', params: { reason: 'hours_overlap' } })
  }
})

/** Opening hours: per ISO weekday (Monday 1) the local intervals, e.g. `{"1":[["09:00","21:00"]]}`. A day without any is closed. */
export const OpeningHoursSchema = z.partialRecord(z.enum(WEEKDAYS), DayHoursSchema)
export type OpeningHours = z.infer<typeof OpeningHoursSchema>

/** A day with hours of its own: a holiday, a sale. Without any it is closed. */
export const OpeningExceptionSchema = z.object({
  date: z.iso.date(),
  name: z.string().trim().max(100).default(''),
  hours: DayHoursSchema,
})
export type OpeningException = z.infer<typeof OpeningExceptionSchema>

/** Each day once. */
export const OpeningExceptionsSchema = z.array(OpeningExceptionSchema).max(200).superRefine((exceptions, context) => {
  const days = exceptions.map(exception => exception.date)
  for (const [at, day] of days.entries()) {
    if (days.indexOf(day) < at) context.addIssue({ code: 'custom', path: [at, 'date'], message: 'has hours of its own already', params: { reason: 'date_taken' } })
  }
})

export const StoreSchema = z.object({
  store_id: IdSchema,
  name: z.string(),
  time_zone: z.string(),
  opening_hours: OpeningHoursSchema.nullable(),
  opening_exceptions: z.array(OpeningExceptionSchema),
  /** Whether it is open now, and when that changes, where that is within two weeks; null: nobody has said when it is. */
  opening: z.object({ open: z.boolean(), changes_at: InstantSchema.nullable() }).nullable(),
  /** Null: its players air as everywhere. */
  player_settings: PlayerOverridesSchema.nullable(),
  /** Null: the client's limits hold. */
  limits: LimitOverridesSchema.nullable(),
  /** Null: the client's. */
  holiday_region: z.string().nullable(),
  /** The groups that it is in. */
  group_ids: z.array(IdSchema),
  address: z.string().nullable(),
  players: z.number().int(),
  players_online: z.number().int(),
  created_at: InstantSchema,
}).meta({ id: 'Store' })
export type Store = z.infer<typeof StoreSchema>

export const NewStoreSchema = z.object({
  name: NameSchema,
  time_zone: TimeZoneSchema,
  opening_hours: OpeningHoursSchema.nullish(),
  opening_exceptions: OpeningExceptionsSchema.optional(),
  player_settings: PlayerOverridesSchema.nullish(),
  limits: LimitOverridesSchema.nullish(),
  holiday_region: HolidayRegionSchema.nullish(),
  address: z.string().trim().max(300).nullish(),
}).meta({ id: 'NewStore' })
export type NewStore = z.infer<typeof NewStoreSchema>
export const StorePatchSchema = NewStoreSchema.partial().meta({ id: 'StorePatch' })
export type StorePatch = z.infer<typeof StorePatchSchema>

export const StoreGroupSchema = z.object({
  group_id: IdSchema,
  name: z.string(),
  store_ids: z.array(IdSchema),
}).meta({ id: 'StoreGroup' })
export type StoreGroup = z.infer<typeof StoreGroupSchema>
export const NewStoreGroupSchema = z.object({ name: NameSchema, store_ids: z.array(IdSchema).max(1000).default([]) }).meta({ id: 'NewStoreGroup' })
export type NewStoreGroup = z.input<typeof NewStoreGroupSchema>
export const StoreGroupPatchSchema = z.object({ name: NameSchema, store_ids: z.array(IdSchema).max(1000) }).partial().meta({ id: 'StoreGroupPatch' })
export type StoreGroupPatch = z.input<typeof StoreGroupPatchSchema>
export const DeleteStoreGroupQuerySchema = z.object({
  force: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).default(false).meta({ description: 'Also when schedules air in it: they go on in the stores that it has now' }),
})

export const MemberSchema = z.object({
  member_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: RoleSchema,
  created_at: InstantSchema,
}).meta({ id: 'Member' })
export type Member = z.infer<typeof MemberSchema>

export const MemberPatchSchema = z.object({ role: RoleSchema }).meta({ id: 'MemberPatch' })
export const NewInvitationSchema = z.object({ email: EmailSchema, role: RoleSchema }).meta({ id: 'NewInvitation' })
export const InvitationSchema = z.object({
  invitation_id: z.string(),
  email: z.string(),
  role: RoleSchema,
  client_name: z.string(),
  /** Where the invited person goes, relative to the server's origin. Shown once, when it is made. */
  url: z.string().optional(),
  /** Whether the invited e-mail already has an account: then only its password is asked. */
  has_account: z.boolean().optional(),
  expires_at: InstantSchema,
}).meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof InvitationSchema>
export const AcceptInvitationSchema = z.object({ name: NameSchema.optional(), password: PasswordSchema }).meta({ id: 'AcceptInvitation' })

export const ApiKeySchema = z.object({
  key_id: z.string(),
  name: z.string(),
  role: RoleSchema,
  /** First characters, to tell keys apart. */
  start: z.string(),
  created_at: InstantSchema,
  last_used_at: InstantSchema.nullable(),
}).meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof ApiKeySchema>
export const NewApiKeySchema = z.object({ name: NameSchema, role: RoleSchema }).meta({ id: 'NewApiKey' })
/** The answer that shows the key, once. */
export const CreatedApiKeySchema = ApiKeySchema.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' })
export type CreatedApiKey = z.infer<typeof CreatedApiKeySchema>
