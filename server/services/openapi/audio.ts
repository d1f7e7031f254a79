import { GenerateRequestSchema, GenerateResponseSchema, MessageSchema, VoicePatchSchema, VoiceSchema } from '../../../shared/schemas/audio'
import { listOf } from '../../../shared/schemas/common'
import { BulkRequestSchema, BulkResponseSchema, CategoryOrderSchema, CategoryPatchSchema, CategorySchema, DeleteMessageQuerySchema, EmptiedBinSchema, LibraryListSchema, LibraryQuerySchema, MessagePatchSchema, MessageUsageSchema, MessageVersionSchema, NewCategorySchema, NewVersionSchema, TagCountSchema, ZipQuerySchema, ZipRequestSchema } from '../../../shared/schemas/library'
import { NewPronunciationSchema, PronunciationPatchSchema, PronunciationSchema, ReadingRequestSchema, ReadingSchema } from '../../../shared/schemas/reading'
import type { RouteDoc } from './types'

export const audioRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/audio/voices', tag: 'audio', summary: 'The voices, the default one first', access: 'viewer', answer: [200, listOf(VoiceSchema)] },
  { method: 'patch', path: '/api/v1/audio/voices/{voice_id}', tag: 'audio', summary: 'Change how a voice is used', access: 'editor', body: VoicePatchSchema, answer: [200, VoiceSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/audio/voices/{voice_id}/sample', tag: 'audio', summary: 'A sentence in this voice', access: 'viewer', answer: [200, 'audio/mpeg'], errors: [404, 422, 429, 502, 503, 504] },
  { method: 'post', path: '/api/v1/audio/generate', tag: 'audio', summary: 'Turn text into a finished message. With `Accept: text/event-stream` the steps arrive as events `step`, then `done` or `failed`', access: 'editor', body: GenerateRequestSchema, answer: [200, GenerateResponseSchema], errors: [400, 404, 413, 415, 422, 429, 502, 503, 504], repeatable: true },
  { method: 'post', path: '/api/v1/audio/reading', tag: 'audio', summary: 'How a text will be read: numbers, prices, times and the client\'s own words as they are said. Keeps nothing', access: 'viewer', body: ReadingRequestSchema, answer: [200, ReadingSchema], errors: [400, 404, 413, 415, 422] },
  { method: 'get', path: '/api/v1/audio/pronunciations', tag: 'audio', summary: 'How the client\'s words are said', access: 'viewer', answer: [200, listOf(PronunciationSchema)] },
  { method: 'post', path: '/api/v1/audio/pronunciations', tag: 'audio', summary: 'Add how a word is said', access: 'editor', body: NewPronunciationSchema, answer: [201, PronunciationSchema], errors: [400, 409, 422], repeatable: true },
  { method: 'patch', path: '/api/v1/audio/pronunciations/{pronunciation_id}', tag: 'audio', summary: 'Change how a word is said', access: 'editor', body: PronunciationPatchSchema, answer: [200, PronunciationSchema], errors: [400, 404, 409] },
  { method: 'get', path: '/api/v1/audio/pronunciations/{pronunciation_id}/sample', tag: 'audio', summary: 'The word, said by the default voice', access: 'viewer', answer: [200, 'audio/mpeg'], errors: [404, 422, 429, 502, 503, 504] },
  { method: 'delete', path: '/api/v1/audio/pronunciations/{pronunciation_id}', tag: 'audio', summary: 'Remove a word', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'get', path: '/media/{sha256}.mp3', tag: 'audio', summary: 'The sound of a message, with Range and ETag. `?download=<title>` saves it as a file', access: 'member_or_player', answer: [200, 'audio/mpeg'], errors: [404, 416] },
]

export const libraryRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/library', tag: 'library', summary: 'Messages, searched, filtered and sorted', access: 'viewer', query: LibraryQuerySchema, answer: [200, LibraryListSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/library/categories', tag: 'library', summary: 'The categories', access: 'viewer', answer: [200, listOf(CategorySchema)] },
  { method: 'post', path: '/api/v1/library/categories', tag: 'library', summary: 'Add a category', access: 'editor', body: NewCategorySchema, answer: [201, CategorySchema], errors: [400, 422], repeatable: true },
  { method: 'put', path: '/api/v1/library/categories/order', tag: 'library', summary: 'Put the categories in an order', access: 'editor', body: CategoryOrderSchema, answer: [200, listOf(CategorySchema)], errors: [400, 404] },
  { method: 'patch', path: '/api/v1/library/categories/{category_id}', tag: 'library', summary: 'Change a category; its slug stays', access: 'editor', body: CategoryPatchSchema, answer: [200, CategorySchema], errors: [400, 404] },
  { method: 'delete', path: '/api/v1/library/categories/{category_id}', tag: 'library', summary: 'Remove a category; its messages have none then', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'get', path: '/api/v1/library/tags', tag: 'library', summary: 'The tags in use, the most used first', access: 'viewer', answer: [200, listOf(TagCountSchema)] },
  { method: 'post', path: '/api/v1/library/bulk', tag: 'library', summary: 'Do one thing to many messages (1,000 at most): to all, or to none', access: 'editor', body: BulkRequestSchema, answer: [200, BulkResponseSchema], errors: [400, 404, 409, 422] },
  { method: 'delete', path: '/api/v1/library/bin', tag: 'library', summary: 'Remove everything that lies in the bin for good: all of it, or nothing', access: 'editor', answer: [200, EmptiedBinSchema], errors: [] },
  { method: 'get', path: '/api/v1/library/zip', tag: 'library', summary: 'The sounds of some messages, by id or by filter, in one file', access: 'viewer', query: ZipQuerySchema, answer: [200, 'application/zip'], errors: [400, 404, 422] },
  { method: 'post', path: '/api/v1/library/zip', tag: 'library', summary: 'The same, for more ids than an address can hold', access: 'viewer', body: ZipRequestSchema, answer: [200, 'application/zip'], errors: [400, 404, 422] },
  { method: 'get', path: '/api/v1/library/{audio_id}', tag: 'library', summary: 'One message', access: 'viewer', answer: [200, MessageSchema], errors: [404] },
  { method: 'get', path: '/api/v1/library/{audio_id}/usage', tag: 'library', summary: 'Where a message is used: plays, schedules, shortcuts', access: 'viewer', answer: [200, MessageUsageSchema], errors: [404] },
  { method: 'get', path: '/api/v1/library/{audio_id}/versions', tag: 'library', summary: 'What a message is and was, newest first', access: 'viewer', answer: [200, listOf(MessageVersionSchema)], errors: [404] },
  { method: 'post', path: '/api/v1/library/{audio_id}/versions', tag: 'library', summary: 'Speak a message anew under the same id; what it was stays audible. Steps arrive as they do when generating', access: 'editor', body: NewVersionSchema, answer: [200, GenerateResponseSchema], errors: [400, 404, 409, 413, 415, 422, 429, 502, 503, 504], repeatable: true },
  { method: 'post', path: '/api/v1/library/{audio_id}/versions/{version_id}/restore', tag: 'library', summary: 'Make an older version what the message is now', access: 'editor', answer: [200, MessageSchema], errors: [404, 409] },
  { method: 'patch', path: '/api/v1/library/{audio_id}', tag: 'library', summary: 'Rename, file, label, keep (`status: ready`) or bring back (`deleted_at: null`) a message, or say when it may air', access: 'editor', body: MessagePatchSchema, answer: [200, MessageSchema], errors: [400, 404, 409, 422] },
  { method: 'delete', path: '/api/v1/library/{audio_id}', tag: 'library', summary: 'Move a message to the bin, which keeps it for 30 days, or remove it for good', access: 'editor', query: DeleteMessageQuerySchema, answer: [204, null], errors: [400, 404, 409] },
]
