import { z } from 'zod'
import { MessageSchema } from './audio'
import { listOf, PageQuerySchema } from './common'

export const LibraryQuerySchema = PageQuerySchema.extend({
  q: z.string().trim().max(200).optional(),
  category: z.string().max(64).optional(),
  /** `saved` (default), `draft`, or `all`: what the Announce page shows as recent. */
  status: z.enum(['saved', 'draft', 'all']).default('saved'),
  sort: z.enum(['newest', 'oldest', 'title', 'duration']).default('newest'),
})
export type LibraryQuery = z.infer<typeof LibraryQuerySchema>

export const LibraryListSchema = listOf(MessageSchema)
export type LibraryList = z.infer<typeof LibraryListSchema>

export const MessagePatchSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  category: z.string().max(64).nullish(),
  /** `saved` keeps a draft; there is no way back. */
  status: z.literal('saved').optional(),
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
