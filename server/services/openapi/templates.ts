import { listOf } from '../../../shared/schemas/common'
import { FillRequestSchema, FillResponseSchema, NewShortcutSchema, NewTemplateSchema, ShortcutOrderSchema, ShortcutPatchSchema, ShortcutSchema, TemplateOrderSchema, TemplatePatchSchema, TemplateSchema } from '../../../shared/schemas/template'
import type { RouteDoc } from './types'

const tag = 'library'

export const templateRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/library/templates', tag, summary: 'Messages with blanks, in every language', access: 'viewer', answer: [200, listOf(TemplateSchema)] },
  { method: 'post', path: '/api/v1/library/templates', tag, summary: 'Add a template', access: 'editor', body: NewTemplateSchema, answer: [201, TemplateSchema], errors: [400, 404, 422], repeatable: true },
  { method: 'put', path: '/api/v1/library/templates/order', tag, summary: 'Put the templates in an order', access: 'editor', body: TemplateOrderSchema, answer: [200, listOf(TemplateSchema)], errors: [400, 404] },
  { method: 'post', path: '/api/v1/library/templates/restore', tag, summary: 'Bring back the shipped templates that were deleted', access: 'editor', answer: [200, listOf(TemplateSchema)] },
  { method: 'get', path: '/api/v1/library/templates/{template_id}', tag, summary: 'One template', access: 'viewer', answer: [200, TemplateSchema], errors: [404] },
  { method: 'patch', path: '/api/v1/library/templates/{template_id}', tag, summary: 'Change a template', access: 'editor', body: TemplatePatchSchema, answer: [200, TemplateSchema], errors: [400, 404, 422] },
  { method: 'post', path: '/api/v1/library/templates/{template_id}/fill', tag, summary: 'Fill in the blanks: a finished message, sent to players in the same act with `air`. With `Accept: text/event-stream` the steps arrive as events', access: 'editor', body: FillRequestSchema, answer: [200, FillResponseSchema], errors: [400, 404, 413, 415, 422, 429, 502, 503, 504], repeatable: true },
  { method: 'delete', path: '/api/v1/library/templates/{template_id}', tag, summary: 'Remove a template, and the buttons that open it', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'get', path: '/api/v1/library/shortcuts', tag, summary: 'The buttons of the button board', access: 'viewer', answer: [200, listOf(ShortcutSchema)] },
  { method: 'post', path: '/api/v1/library/shortcuts', tag, summary: 'Add a button that airs a message or opens a template', access: 'editor', body: NewShortcutSchema, answer: [201, ShortcutSchema], errors: [400, 404, 422], repeatable: true },
  { method: 'put', path: '/api/v1/library/shortcuts/order', tag, summary: 'Put the buttons in an order', access: 'editor', body: ShortcutOrderSchema, answer: [200, listOf(ShortcutSchema)], errors: [400, 404] },
  { method: 'patch', path: '/api/v1/library/shortcuts/{shortcut_id}', tag, summary: 'Change a button', access: 'editor', body: ShortcutPatchSchema, answer: [200, ShortcutSchema], errors: [400, 404, 422] },
  { method: 'delete', path: '/api/v1/library/shortcuts/{shortcut_id}', tag, summary: 'Take a button away', access: 'editor', answer: [204, null], errors: [404] },
]
