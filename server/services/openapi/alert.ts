import { z } from 'zod'
import { AlertChannelsSchema, AlertQuerySchema, AlertSchema, AlertTestResultSchema, AlertTestSchema, CreatedWebhookSchema, NewWebhookSchema, NoticeSchema, WebhookPatchSchema, WebhookSchema } from '../../../shared/schemas/alert'
import { listOf } from '../../../shared/schemas/common'
import { AlertSettingsSchema, AudioSettingsSchema, LookSettingsSchema, PlayerSettingsSchema } from '../../../shared/schemas/settings'
import type { RouteDoc } from './types'

const tag = 'alert'
const PageOfSettingsSchema = z.union([AudioSettingsSchema, PlayerSettingsSchema, LookSettingsSchema, AlertSettingsSchema])

/** Alerts, and the settings that a client can change. */
export const alertRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/settings/{name}', tag: 'settings', summary: 'A page of the client\'s settings: `audio`, `player`, `look` or `alerts`', access: 'viewer', answer: [200, PageOfSettingsSchema], errors: [404] },
  { method: 'put', path: '/api/v1/settings/{name}', tag: 'settings', summary: 'Set a whole page of settings; what is not named gets its default', access: 'editor', body: PageOfSettingsSchema, answer: [200, PageOfSettingsSchema], errors: [400, 404, 422] },
  { method: 'post', path: '/api/v1/settings/{name}/logo', tag: 'settings', summary: 'Give the client a logo: PNG, JPEG or WebP, at most 512 kB; `name` is `look`', access: 'editor', form: z.object({ file: z.string().meta({ format: 'binary' }) }), answer: [200, LookSettingsSchema], errors: [400, 404, 413, 415, 422] },
  { method: 'get', path: '/media/logo/{sha256}', tag: 'settings', summary: 'The client\'s logo', access: 'member_or_player', answer: [200, 'image/png'], errors: [404] },
  { method: 'get', path: '/api/v1/alert', tag, summary: 'What is wrong with players, now and in the past 30 days', access: 'viewer', query: AlertQuerySchema, answer: [200, listOf(AlertSchema)], errors: [400] },
  { method: 'post', path: '/api/v1/alert/{alert_id}/seen', tag, summary: 'Note that somebody has seen an alert', access: 'editor', answer: [200, AlertSchema], errors: [404] },
  { method: 'get', path: '/api/v1/alert/channels', tag, summary: 'Whether mails can be sent, and the webhooks', access: 'editor', answer: [200, AlertChannelsSchema] },
  { method: 'post', path: '/api/v1/alert/webhooks', tag, summary: 'Add a webhook; its secret is shown in this answer only', access: 'editor', body: NewWebhookSchema, answer: [201, CreatedWebhookSchema], errors: [400, 409, 422] },
  { method: 'patch', path: '/api/v1/alert/webhooks/{webhook_id}', tag, summary: 'Change a webhook, or switch it off', access: 'editor', body: WebhookPatchSchema, answer: [200, WebhookSchema], errors: [400, 404, 422] },
  { method: 'delete', path: '/api/v1/alert/webhooks/{webhook_id}', tag, summary: 'Remove a webhook, with what waits for it', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'post', path: '/api/v1/alert/test', tag, summary: 'Send a test to one webhook, to one saved e-mail address, or to all', access: 'editor', body: AlertTestSchema, answer: [202, AlertTestResultSchema], errors: [400, 404, 422, 429] },
  { method: 'get', path: '/api/v1/alert/notices', tag, summary: 'What was sent about alerts, and what became of it', access: 'editor', answer: [200, listOf(NoticeSchema)] },
  { method: 'post', path: '/api/v1/alert/notices/{notice_id}/retry', tag, summary: 'Send a notice once more that was given up', access: 'editor', answer: [200, NoticeSchema], errors: [404, 409] },
]
