import { z } from 'zod'
import { OnBusySchema, PendingItemSchema, PlayReportSchema, PrioritySchema, SkipReasonSchema } from '../protocol'
import { IdSchema, InstantSchema, listOf, NameSchema, PageQuerySchema } from './common'

/** Letters and digits that nobody mistakes for one another on a television. */
export const PAIRING_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
export const PAIRING_CODE_LENGTH = 8

/** A pairing code as people type it: any case, spaces and dashes allowed. */
export const PairingCodeSchema = z.string().max(40)
  .transform(code => code.toUpperCase().replace(/[\s-]/g, ''))
  .refine(code => code.length === PAIRING_CODE_LENGTH && [...code].every(c => PAIRING_ALPHABET.includes(c)), {
    error: `must be the ${PAIRING_CODE_LENGTH} letters and digits on the screen`,
  })

export const NewPairingSchema = z.object({
  pairing_id: IdSchema,
  code: z.string(),
  secret: z.string(),
  expires_at: InstantSchema,
  /** The QR code that opens the dashboard with the code filled in: one SVG path in a square of `size` modules. */
  qr: z.object({ size: z.number().int().positive(), path: z.string() }),
}).meta({ id: 'NewPairing' })
export type NewPairing = z.infer<typeof NewPairingSchema>

export const PairingStateSchema = z.object({
  status: z.enum(['pending', 'approved', 'expired']),
  token: z.string().optional(),
}).meta({ id: 'PairingState' })
export type PairingState = z.infer<typeof PairingStateSchema>

export const ApprovePairingSchema = z.object({
  code: PairingCodeSchema,
  name: NameSchema,
  store_id: IdSchema,
}).meta({ id: 'ApprovePairing' })
export type ApprovePairing = z.input<typeof ApprovePairingSchema>

export const PlayerSchema = z.object({
  player_id: IdSchema,
  name: z.string(),
  store_id: IdSchema,
  store_name: z.string(),
  online: z.boolean(),
  last_seen_at: InstantSchema.nullable(),
  sound: z.enum(['locked', 'unlocked', 'unknown']),
  state: z.enum(['idle', 'playing', 'unknown']),
  /** Title of what it is playing now. */
  now_title: z.string().nullable(),
  volume: z.number(),
  version: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: InstantSchema,
}).meta({ id: 'Player' })
export type Player = z.infer<typeof PlayerSchema>

export const PlayerAddressSchema = z.object({ url: z.url() }).meta({ id: 'PlayerAddress' })

export const PlayerPatchSchema = z.object({
  name: NameSchema.optional(),
  store_id: IdSchema.optional(),
  volume: z.number().min(0).max(1).optional(),
}).meta({ id: 'PlayerPatch' })
export type PlayerPatch = z.infer<typeof PlayerPatchSchema>

export const PlayerCommandSchema = z.object({
  command: z.enum(['stop', 'reload', 'identify']),
}).meta({ id: 'PlayerCommand' })

export const TargetsSchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ stores: z.array(IdSchema).min(1).max(1000) }),
  z.strictObject({ players: z.array(IdSchema).min(1).max(1000) }),
]).meta({ id: 'Targets' })
export type Targets = z.infer<typeof TargetsSchema>

export const AirRequestSchema = z.object({
  audio_id: IdSchema,
  targets: TargetsSchema.default({ all: true }),
  priority: PrioritySchema.exclude(['music']).default('live'),
  on_busy: OnBusySchema.default('after_current'),
  /** How long a player that is away may still air it when it comes back, seconds. */
  expires_in_s: z.number().int().min(10).max(86_400).default(600),
}).meta({ id: 'AirRequest' })
export type AirRequest = z.input<typeof AirRequestSchema>

export const AirResponseSchema = z.object({
  air_id: IdSchema,
  players: z.number().int(),
  expires_at: InstantSchema,
}).meta({ id: 'AirResponse' })
export type AirResponse = z.infer<typeof AirResponseSchema>

export const PlaySchema = z.object({
  play_id: IdSchema,
  air_id: IdSchema.nullable(),
  /** Of a scheduled play, with the moment at which it was due. */
  schedule_id: IdSchema.nullable(),
  due_at: InstantSchema.nullable(),
  player_id: IdSchema.nullable(),
  player_name: z.string(),
  store_name: z.string(),
  audio_id: IdSchema.nullable(),
  title: z.string(),
  text: z.string(),
  priority: PrioritySchema,
  status: z.enum(['pending', 'delivered', 'playing', 'played', 'skipped']),
  reason: SkipReasonSchema.nullable(),
  requested_by_name: z.string().nullable(),
  created_at: InstantSchema,
  expires_at: InstantSchema,
  started_at: InstantSchema.nullable(),
  ended_at: InstantSchema.nullable(),
  heard_ms: z.number().int().nullable(),
  level_db: z.number().nullable(),
}).meta({ id: 'Play' })
export type Play = z.infer<typeof PlaySchema>

export const PlayQuerySchema = PageQuerySchema.extend({
  air_id: IdSchema.optional(),
  audio_id: IdSchema.optional(),
  player_id: IdSchema.optional(),
  schedule_id: IdSchema.optional(),
  status: PlaySchema.shape.status.optional(),
})
export type PlayQuery = z.infer<typeof PlayQuerySchema>
export const PlayListSchema = listOf(PlaySchema)
export const PlayerListSchema = listOf(PlayerSchema)

export const PendingSchema = z.object({ server_time: InstantSchema, items: z.array(PendingItemSchema) }).meta({ id: 'Pending' })
export const DeliveredSchema = z.object({ play_ids: z.array(IdSchema).max(500) }).meta({ id: 'Delivered' })
export const PlayReportsSchema = z.object({ reports: z.array(PlayReportSchema).max(500) }).meta({ id: 'PlayReports' })
export const RecordedSchema = z.object({ recorded: z.number().int(), unknown: z.number().int() }).meta({ id: 'Recorded' })
