import { z } from 'zod'

const CheckSchema = z.object({ ok: z.boolean(), message: z.string() })

/** `status` is `ok` when database and storage work; a vendor that fails degrades only its own voices. */
export const HealthSchema = z.object({
  status: z.enum(['ok', 'failing']),
  version: z.string(),
  checks: z.object({
    database: CheckSchema,
    storage: CheckSchema,
    providers: z.record(z.string(), CheckSchema),
  }),
}).meta({ id: 'Health' })
export type Health = z.infer<typeof HealthSchema>
