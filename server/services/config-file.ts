import type { z } from 'zod'

/** A shipped configuration file, checked. Throws one line that names the file and the field. */
export function checkedConfig<Schema extends z.ZodType>(file: string, schema: Schema, raw: unknown): z.output<Schema> {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${file}: ${issue?.path.join('.') || 'the file'} ${issue?.message ?? 'is wrong'}`)
}
