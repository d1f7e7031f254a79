import { z } from 'zod'
import { ProgrammeSchema } from '../../../shared/protocol'
import { AirRequestSchema, AirResponseSchema, ApprovePairingSchema, DeliveredSchema, NewPairingSchema, PairingStateSchema, PendingSchema, PlayerAddressSchema, PlayerCommandSchema, PlayerListSchema, PlayerPatchSchema, PlayerSchema, PlayExportQuerySchema, PlayFilterSchema, PlayListSchema, PlayQuerySchema, PlayReportsSchema, PlayStatsSchema, RecordedSchema } from '../../../shared/schemas/player'
import { HealthSchema } from '../../../shared/schemas/settings'
import type { RouteDoc } from './types'

const tag = 'player'

export const playerRoutes: RouteDoc[] = [
  { method: 'post', path: '/api/v1/player/pairings', tag, summary: 'A television asks for a code to show', access: 'public', answer: [201, NewPairingSchema], errors: [429] },
  { method: 'get', path: '/api/v1/player/pairings/{pairing_id}', tag, summary: 'What became of a pairing; once approved, with the player\'s token', access: 'pairing', answer: [200, PairingStateSchema], errors: [401, 404, 429] },
  { method: 'post', path: '/api/v1/player/pairings/approve', tag, summary: 'Make a player of the television that shows this code', access: 'editor', body: ApprovePairingSchema, answer: [201, PlayerSchema], errors: [400, 404, 409, 422, 429], repeatable: true },
  { method: 'get', path: '/api/v1/player/address', tag, summary: 'What to type into a television', access: 'viewer', answer: [200, PlayerAddressSchema] },
  { method: 'get', path: '/api/v1/player/players', tag, summary: 'The players', access: 'viewer', answer: [200, PlayerListSchema] },
  { method: 'patch', path: '/api/v1/player/players/{player_id}', tag, summary: 'Rename or move a player, or set its volume', access: 'editor', body: PlayerPatchSchema, answer: [200, PlayerSchema], errors: [400, 404] },
  { method: 'delete', path: '/api/v1/player/players/{player_id}', tag, summary: 'Unpair a player; its token stops working at once', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'post', path: '/api/v1/player/players/{player_id}/commands', tag, summary: 'Tell a connected player to do something now', access: 'editor', body: PlayerCommandSchema, answer: [202, z.object({ accepted: z.boolean() })], errors: [400, 404] },
  { method: 'post', path: '/api/v1/player/air', tag, summary: 'Send a message to players at once; without targets to every store', access: 'editor', body: AirRequestSchema, answer: [200, AirResponseSchema], errors: [400, 404, 422], repeatable: true },
  { method: 'get', path: '/api/v1/player/plays', tag, summary: 'What players did with what they were sent', access: 'viewer', query: PlayQuerySchema, answer: [200, PlayListSchema], errors: [400] },
  { method: 'get', path: '/api/v1/player/plays/stats', tag, summary: 'How many plays were heard and missed, and why: by day and by store; without days, of the last seven', access: 'viewer', query: PlayFilterSchema, answer: [200, PlayStatsSchema], errors: [400] },
  { method: 'get', path: '/api/v1/player/plays/export', tag, summary: 'The play log as CSV, newest first', access: 'viewer', query: PlayExportQuerySchema, answer: [200, 'text/csv'], errors: [400] },
  { method: 'post', path: '/api/v1/player/plays', tag, summary: 'A player reports what it did; repeats change nothing', access: 'player', body: PlayReportsSchema, answer: [200, RecordedSchema], errors: [400] },
  { method: 'get', path: '/api/v1/player/programme', tag, summary: 'What this player will air in the next 48 hours', access: 'player', answer: [200, ProgrammeSchema] },
  { method: 'get', path: '/api/v1/player/pending', tag, summary: 'Live messages that wait for this player, and what is due within a minute', access: 'player', answer: [200, PendingSchema] },
  { method: 'post', path: '/api/v1/player/delivered', tag, summary: 'A player says what it holds of that', access: 'player', body: DeliveredSchema, answer: [204, null], errors: [400] },
]

export const settingsRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/health', tag: 'settings', summary: 'Whether database, storage and providers work', access: 'public', answer: [200, HealthSchema], errors: [503] },
  { method: 'get', path: '/api/v1/openapi.json', tag: 'settings', summary: 'This document', access: 'public', answer: [200, z.looseObject({})] },
]
