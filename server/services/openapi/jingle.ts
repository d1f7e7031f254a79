import { FinishedMessageSchema, MixRequestSchema } from '../../../shared/schemas/audio'
import { listOf } from '../../../shared/schemas/common'
import { JinglePresetPatchSchema, JinglePresetSchema, NewJinglePresetSchema } from '../../../shared/schemas/jingle'
import type { RouteDoc } from './types'

export const jingleRoutes: RouteDoc[] = [
  { method: 'post', path: '/api/v1/audio/mix', tag: 'audio', summary: 'Mix a draft with another jingle, or with none; its speech is not made again', access: 'editor', body: MixRequestSchema, answer: [200, FinishedMessageSchema], errors: [400, 404, 409, 413, 415, 422, 429] },
  { method: 'get', path: '/api/v1/audio/jingle-presets', tag: 'audio', summary: 'The named recipes of jingles', access: 'viewer', answer: [200, listOf(JinglePresetSchema)] },
  { method: 'post', path: '/api/v1/audio/jingle-presets', tag: 'audio', summary: 'Keep a recipe under a name', access: 'editor', body: NewJinglePresetSchema, answer: [201, JinglePresetSchema], errors: [400, 404], repeatable: true },
  { method: 'patch', path: '/api/v1/audio/jingle-presets/{preset_id}', tag: 'audio', summary: 'Change a recipe, or make it the default', access: 'editor', body: JinglePresetPatchSchema, answer: [200, JinglePresetSchema], errors: [400, 404] },
  { method: 'delete', path: '/api/v1/audio/jingle-presets/{preset_id}', tag: 'audio', summary: 'Remove a recipe; messages that were mixed with it stay as they are', access: 'editor', answer: [204, null], errors: [404] },
]
