import { z } from 'zod'
import { MessageSchema } from './audio'
import { TRACK_KINDS } from './audio-words'
import { IdSchema } from './common'
import { TrackSchema } from './track'

/** What is said about a file beside its bytes: fields of a form, or the metadata of an upload in pieces. */
export const UploadFieldsSchema = z.object({
  kind: z.enum(['message', 'music']),
  title: z.string().trim().max(200).optional(),
  /** Of a message: a category's id or slug. */
  category: z.string().max(64).optional(),
  /** Of a message: whether it was spoken into the microphone on the page. */
  source: z.enum(['uploaded', 'recorded']).default('uploaded'),
  track_kind: z.enum(TRACK_KINDS).default('background'),
}).meta({ id: 'UploadFields' })
export type UploadFields = z.infer<typeof UploadFieldsSchema>

/** The form as the API takes it. */
export const UploadFormSchema = UploadFieldsSchema.extend({
  file: z.string().meta({ format: 'binary', description: 'The file; any of `formats` of GET /api/v1/library/uploads' }),
})

export const UploadAnswerSchema = z.union([MessageSchema, TrackSchema])

/** What can be uploaded here and now. */
export const UploadLimitsSchema = z.object({
  max_bytes: z.number().int(),
  /** Endings of file names, without the dot, of what can be read now. */
  formats: z.array(z.string()),
  /** Without ffmpeg, mp3 and WAV only. */
  ffmpeg: z.boolean(),
}).meta({ id: 'UploadLimits' })
export type UploadLimits = z.infer<typeof UploadLimitsSchema>

/** How far an upload in pieces is, and what it became. */
export const UploadStateSchema = z.object({
  offset: z.number().int(),
  length: z.number().int().nullable(),
  audio_id: IdSchema.optional(),
  track_id: IdSchema.optional(),
}).meta({ id: 'UploadState' })
export type UploadState = z.infer<typeof UploadStateSchema>

/** The longest message, and the shortest sound of any kind, s. */
export const MAX_MESSAGE_S = 600
export const MIN_SOUND_S = 0.2
