import { GenerateRequestSchema, GenerateResponseSchema, MessageSchema, VoicePatchSchema, VoiceSchema } from '../../../shared/schemas/audio'
import { listOf } from '../../../shared/schemas/common'
import { CategorySchema, LibraryListSchema, LibraryQuerySchema, MessagePatchSchema } from '../../../shared/schemas/library'
import type { RouteDoc } from './types'

export const audioRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/audio/voices', tag: 'audio', summary: 'The voices, the default one first', access: 'viewer', answer: [200, listOf(VoiceSchema)] },
  { method: 'patch', path: '/api/v1/audio/voices/{voice_id}', tag: 'audio', summary: 'Change how a voice is used', access: 'editor', body: VoicePatchSchema, answer: [200, VoiceSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/audio/voices/{voice_id}/sample', tag: 'audio', summary: 'A sentence in this voice', access: 'viewer', answer: [200, 'audio/mpeg'], errors: [404, 422, 429, 502, 503, 504] },
  { method: 'post', path: '/api/v1/audio/generate', tag: 'audio', summary: 'Turn text into a finished message. With `Accept: text/event-stream` the steps arrive as events `step`, then `done` or `failed`', access: 'editor', body: GenerateRequestSchema, answer: [200, GenerateResponseSchema], errors: [400, 404, 413, 415, 422, 429, 502, 503, 504], repeatable: true },
  { method: 'get', path: '/media/{sha256}.mp3', tag: 'audio', summary: 'The sound of a message, with Range and ETag. `?download=<title>` saves it as a file', access: 'member_or_player', answer: [200, 'audio/mpeg'], errors: [404, 416] },
]

export const libraryRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/library', tag: 'library', summary: 'Messages, searched and sorted', access: 'viewer', query: LibraryQuerySchema, answer: [200, LibraryListSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/library/categories', tag: 'library', summary: 'The categories', access: 'viewer', answer: [200, listOf(CategorySchema)] },
  { method: 'get', path: '/api/v1/library/{audio_id}', tag: 'library', summary: 'One message', access: 'viewer', answer: [200, MessageSchema], errors: [404] },
  { method: 'patch', path: '/api/v1/library/{audio_id}', tag: 'library', summary: 'Rename, file, keep (`status: ready`) or bring back (`deleted_at: null`) a message', access: 'editor', body: MessagePatchSchema, answer: [200, MessageSchema], errors: [400, 404, 409] },
  { method: 'delete', path: '/api/v1/library/{audio_id}', tag: 'library', summary: 'Move a message to the bin', access: 'editor', answer: [204, null], errors: [404] },
]
