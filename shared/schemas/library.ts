import { z } from 'zod'
import { MessageSchema } from './audio'
import { MESSAGE_STATUSES } from './audio-words'
import { listOf, PageQuerySchema } from './common'

export const LibraryQuerySchema = PageQuerySchema.extend({
  q: z.string().trim().max(200).optional(),
  category: z.string().max(64).optional(),
  /** `kept` (default): all but drafts; one status; or `all`: what the Announce page shows as recent. */
  status: z.enum(['kept', 'all', ...MESSAGE_STATUSES]).default('kept'),
  sort: z.enum(['newest', 'oldest', 'title', 'duration']).default('newest'),
})
export type LibraryQuery = z.infer<typeof LibraryQuerySchema>

export const LibraryListSchema = listOf(MessageSchema)
export type LibraryList = z.infer<typeof LibraryListSchema>

export const MessagePatchSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  category: z.string().max(64).nullish(),
  /** `ready` keeps a draft; there is no way back. */
  status: z.literal('ready').optional(),
  /** `null` undoes a deletion. */
  deleted_at: z.null().optional(),
}).meta({ id: 'MessagePatch' })
export type MessagePatch = z.infer<typeof MessagePatchSchema>

export const CategorySchema = z.object({
  category_id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  colour: z.string(),
  icon: z.string(),
}).meta({ id: 'Category' })
export type Category = z.infer<typeof CategorySchema>
