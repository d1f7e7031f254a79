import { z } from 'zod'
import { IdSchema, InstantSchema } from './common'

/** Work over many messages, one after the other. */
export const JobSchema = z.object({
  job_id: IdSchema,
  kind: z.enum(['renormalise', 'delete', 'update']),
  status: z.enum(['running', 'done', 'cancelled']),
  total: z.number().int(),
  done: z.number().int(),
  /** Those that stayed as they were, because what they were made from is gone. */
  failed: z.number().int(),
  created_at: InstantSchema,
  ended_at: InstantSchema.nullable(),
}).meta({ id: 'Job' })
export type Job = z.infer<typeof JobSchema>

export const NewJobSchema = z.object({
  /** Makes each message anew from its original, as loud as the settings say now. */
  kind: z.literal('renormalise'),
  /** Without them, the whole library. */
  audio_ids: z.array(IdSchema).min(1).max(10_000).optional(),
}).meta({ id: 'NewJob' })
export type NewJob = z.infer<typeof NewJobSchema>
