import { z } from 'zod'

/** What goes into a blank, and so how it is asked for and read: a plate letter by letter, minutes as a number. */
export const TEMPLATE_FIELD_KINDS = ['text', 'number', 'minutes', 'time', 'plate', 'name', 'place', 'price', 'phone', 'choice'] as const

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
