import { z } from 'zod'
import { GenerateResponseSchema } from './audio'
import { IdSchema, NameSchema } from './common'
import { AirRequestSchema, AirResponseSchema } from './player'

/** What goes into a blank, and so how it is asked for and read: a plate letter by letter, minutes as a number. */
export const TEMPLATE_FIELD_KINDS = ['text', 'number', 'minutes', 'time', 'plate', 'name', 'place', 'price', 'phone', 'choice'] as const
export type TemplateFieldKind = typeof TEMPLATE_FIELD_KINDS[number]

export const TemplateFieldSchema = z.strictObject({
  /** As it stands between the braces. */
  key: z.string().regex(/^[\p{L}][\p{L}\p{N}_]{0,39}$/u),
  label: z.string().trim().min(1).max(60),
  kind: z.enum(TEMPLATE_FIELD_KINDS),
  /** For `choice`. */
  options: z.array(z.string().trim().min(1).max(60)).max(30).optional(),
  required: z.boolean().default(true),
})
export type TemplateField = z.output<typeof TemplateFieldSchema>

const looks = {
  title: NameSchema.max(60),
  icon: z.string().regex(/^i-lucide-[a-z0-9-]{1,60}$/),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
}

export const TemplateSchema = z.object({
  template_id: IdSchema,
  title: z.string(),
  text: z.string(),
  fields: z.array(TemplateFieldSchema),
  language: z.string(),
  icon: z.string(),
  colour: z.string(),
  category_id: IdSchema.nullable(),
  voice_id: IdSchema.nullable(),
  preset_id: IdSchema.nullable(),
  position: z.number().int(),
  /** Name of the shipped one that it began as. */
  shipped: z.string().nullable(),
}).meta({ id: 'Template' })
export type Template = z.infer<typeof TemplateSchema>

export const NewTemplateSchema = z.object({
  ...looks,
  text: z.string().trim().min(1).max(2000),
  /** Of blanks that are not named here the kind is guessed from the name. */
  fields: z.array(TemplateFieldSchema).max(20).default([]),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Z]{2}|-\d{3})?$/),
  category_id: IdSchema.nullish(),
  voice_id: IdSchema.nullish(),
  preset_id: IdSchema.nullish(),
}).meta({ id: 'NewTemplate' })
export type NewTemplate = z.input<typeof NewTemplateSchema>

export const TemplatePatchSchema = NewTemplateSchema.partial().extend({
  fields: z.array(TemplateFieldSchema).max(20).optional(),
  /** Brings a template back that was deleted. */
  deleted_at: z.null().optional(),
}).meta({ id: 'TemplatePatch' })
export type TemplatePatch = z.input<typeof TemplatePatchSchema>

export const TemplateOrderSchema = z.object({ template_ids: z.array(IdSchema).max(200) }).meta({ id: 'TemplateOrder' })

export const FillRequestSchema = z.object({
  values: z.record(z.string().max(40), z.string().max(200)),
  save: z.boolean().default(true),
  /** Sends what was made to players in the same act. */
  air: AirRequestSchema.omit({ audio_id: true }).optional(),
}).meta({ id: 'FillRequest' })
export type FillRequest = z.input<typeof FillRequestSchema>

export const FillResponseSchema = GenerateResponseSchema.extend({ air: AirResponseSchema.nullable() }).meta({ id: 'FillResponse' })
export type FillResponse = z.infer<typeof FillResponseSchema>

export const ShortcutSchema = z.object({
  shortcut_id: IdSchema,
  title: z.string(),
  icon: z.string(),
  colour: z.string(),
  audio_id: IdSchema.nullable(),
  template_id: IdSchema.nullable(),
  /** Stores that hear it; null for every one. */
  store_ids: z.array(IdSchema).nullable(),
  position: z.number().int(),
}).meta({ id: 'Shortcut' })
export type Shortcut = z.infer<typeof ShortcutSchema>

const shortcutFields = z.object({
  ...looks,
  audio_id: IdSchema.nullish(),
  template_id: IdSchema.nullish(),
  store_ids: z.array(IdSchema).min(1).max(1000).nullish(),
})
export const NewShortcutSchema = shortcutFields
  .refine(({ audio_id, template_id }) => Boolean(audio_id) !== Boolean(template_id), { path: ['audio_id'], error: 'must be given, or template_id, but not both' })
  .meta({ id: 'NewShortcut' })
export type NewShortcut = z.input<typeof NewShortcutSchema>

export const ShortcutPatchSchema = shortcutFields.pick({ title: true, icon: true, colour: true, store_ids: true }).partial().extend({
  /** Brings a button back that was deleted. */
  deleted_at: z.null().optional(),
}).meta({ id: 'ShortcutPatch' })

export type ShortcutPatch = z.input<typeof ShortcutPatchSchema>

export const ShortcutOrderSchema = z.object({ shortcut_ids: z.array(IdSchema).max(200) }).meta({ id: 'ShortcutOrder' })
