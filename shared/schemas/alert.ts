import { z } from 'zod'
import { ALERT_KINDS } from './alert-words'
import { IdSchema, InstantSchema, PageQuerySchema } from './common'

const AlertKindSchema = z.enum(ALERT_KINDS)

/** Schedules of which the last day is near. */
const EndingSchema = z.object({
  /** That day, on each store's own calendar. */
  ends_on: z.iso.date(),
  /** How many schedules end on it. */
  schedules: z.int(),
  /** One of them, by its name. */
  title: z.string(),
}).meta({ id: 'SchedulesEnding' })

/** Something that people should know, from when it was noticed until it was over: about a player, or about schedules. */
export const AlertSchema = z.object({
  alert_id: IdSchema,
  kind: AlertKindSchema,
  player_id: IdSchema.nullable(),
  /** Null: it is not about a player. */
  player_name: z.string().nullable(),
  store_id: IdSchema.nullable(),
  store_name: z.string().nullable(),
  /** IANA zone of the store; null: there is none, or it is gone. */
  time_zone: z.string().nullable(),
  /** Null: it is about a player. */
  ending: EndingSchema.nullable(),
  /** Since when it is so. */
  since: InstantSchema,
  opened_at: InstantSchema,
  /** Null: it is still so. */
  closed_at: InstantSchema.nullable(),
  seen_at: InstantSchema.nullable(),
}).meta({ id: 'Alert' })
export type Alert = z.infer<typeof AlertSchema>

export const AlertQuerySchema = PageQuerySchema.extend({
  /** `open`: only what is still so. */
  state: z.enum(['open', 'all']).default('all'),
})

const WebhookUrlSchema = z.url({ protocol: /^https?$/ }).max(2_000).refine(url => !URL.canParse(url) || (!new URL(url).username && !new URL(url).password), { error: 'must not contain a name or a password' })

export const WebhookSchema = z.object({
  webhook_id: IdSchema,
  url: z.string(),
  enabled: z.boolean(),
  created_at: InstantSchema,
}).meta({ id: 'Webhook' })
export type Webhook = z.infer<typeof WebhookSchema>
export const NewWebhookSchema = z.strictObject({ url: WebhookUrlSchema }).meta({ id: 'NewWebhook' })
export const WebhookPatchSchema = z.strictObject({ url: WebhookUrlSchema, enabled: z.boolean() }).partial().meta({ id: 'WebhookPatch' })
/** The answer that shows the secret, once. */
export const CreatedWebhookSchema = WebhookSchema.extend({ secret: z.string() }).meta({ id: 'CreatedWebhook' })
export type CreatedWebhook = z.infer<typeof CreatedWebhookSchema>

/** The ways by which people are told. */
export const AlertChannelsSchema = z.object({
  mail: z.object({ ready: z.boolean(), from: z.string().nullable() }),
  webhooks: z.array(WebhookSchema),
}).meta({ id: 'AlertChannels' })
export type AlertChannels = z.infer<typeof AlertChannelsSchema>

export const NOTICE_EVENTS = ['alert.opened', 'alert.closed', 'test'] as const
export const NOTICE_STATUSES = ['queued', 'sent', 'failed'] as const

/** An e-mail or a call of a webhook, and what became of it. */
export const NoticeSchema = z.object({
  notice_id: IdSchema,
  /** Where it goes: an e-mail address, or the address of a webhook. */
  to: z.string(),
  channel: z.enum(['email', 'webhook']),
  event: z.enum(NOTICE_EVENTS),
  alert_id: IdSchema.nullable(),
  player_name: z.string().nullable(),
  store_name: z.string().nullable(),
  ending: EndingSchema.nullable(),
  kind: AlertKindSchema.nullable(),
  status: z.enum(NOTICE_STATUSES),
  attempts: z.int(),
  /** When it is tried again, while it waits. */
  next_at: InstantSchema.nullable(),
  sent_at: InstantSchema.nullable(),
  /** Why it did not arrive: `mail_not_set_up`, `timeout`, `private_address`, `http_500`, … */
  error: z.string().nullable(),
  created_at: InstantSchema,
}).meta({ id: 'Notice' })
export type Notice = z.infer<typeof NoticeSchema>

/** Whom to send a test: one webhook, one of the saved e-mail addresses, or, with neither, everybody. */
export const AlertTestSchema = z.strictObject({ webhook_id: IdSchema.optional(), email: z.email().max(254).optional() }).meta({ id: 'AlertTest' })
export const AlertTestResultSchema = z.object({ notices: z.int() }).meta({ id: 'AlertTestResult' })

/** What a webhook receives. `alert` is absent in a test. */
export const WebhookBodySchema = z.object({
  /** The same when it is sent again. */
  id: IdSchema,
  type: z.enum(NOTICE_EVENTS),
  created_at: InstantSchema,
  client: z.object({ client_id: z.string(), name: z.string() }),
  alert: z.object({
    alert_id: IdSchema,
    kind: AlertKindSchema,
    since: InstantSchema,
    opened_at: InstantSchema,
    closed_at: InstantSchema.nullable(),
    /** Absent, as the player is, where it is about schedules. */
    store: z.object({ store_id: IdSchema.nullable(), name: z.string(), time_zone: z.string() }).optional(),
    player: z.object({ player_id: IdSchema.nullable(), name: z.string() }).optional(),
    ending: EndingSchema.optional(),
  }).optional(),
  /** The page of players or of schedules, where the installation knows its address. */
  url: z.string().optional(),
}).meta({ id: 'WebhookBody' })
export type WebhookBody = z.infer<typeof WebhookBodySchema>
