import { z } from 'zod'
import { READING_KINDS } from '../utils/reading/types'
import { normalizeText } from '../utils/speech-text'
import { IdSchema, InstantSchema } from './common'

/** A language (`es`) or one of its regions (`es-CL`), BCP 47. */
export const LanguageSchema = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2}|-\d{3})?$/, { error: 'must be a language such as "es" or "es-CL"' })

const words = (max: number) => z.string()
  .transform(text => normalizeText(text).replace(/\n/g, ' '))
  .pipe(z.string().min(1).max(max))

export const PronunciationSchema = z.object({
  pronunciation_id: IdSchema,
  /** The word or words as they are written. */
  written: z.string(),
  /** How a voice is to say them. */
  spoken: z.string(),
  /** Null: in every language. */
  language: z.string().nullable(),
  created_at: InstantSchema,
}).meta({ id: 'Pronunciation' })
export type Pronunciation = z.infer<typeof PronunciationSchema>

export const NewPronunciationSchema = z.object({
  written: words(80).refine(text => /[\p{L}\p{N}]/u.test(text), { error: 'must have a letter or a digit' }),
  spoken: words(200).refine(text => /[\p{L}\p{N}]/u.test(text), { error: 'must have a letter or a digit' }),
  language: LanguageSchema.nullish(),
}).meta({ id: 'NewPronunciation' })
export type NewPronunciation = z.input<typeof NewPronunciationSchema>

export const PronunciationPatchSchema = NewPronunciationSchema.partial().meta({ id: 'PronunciationPatch' })
export type PronunciationPatch = z.input<typeof PronunciationPatchSchema>

export const ReadingRequestSchema = z.object({
  /** What cannot be spoken is 422, not 400. */
  text: z.string(),
  /** The voice that is to read it; its language counts. */
  voice_id: IdSchema.optional(),
  language: LanguageSchema.optional(),
}).refine(({ voice_id, language }) => Boolean(voice_id) !== Boolean(language), { error: 'needs either voice_id or language', path: ['voice_id'] })
  .meta({ id: 'ReadingRequest' })

export const ReadingChangeSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** Where it stands in the text that was sent, after its blanks were tidied; UTF-16 units. */
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  kind: z.enum(READING_KINDS),
})

export const ReadingSchema = z.object({
  /** The text as `changes` counts in it. */
  text: z.string(),
  /** What the voice is handed. */
  spoken_text: z.string(),
  changes: z.array(ReadingChangeSchema),
  language: z.string(),
}).meta({ id: 'Reading' })
export type Reading = z.infer<typeof ReadingSchema>
