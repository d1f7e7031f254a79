import { z } from 'zod'
import { ProgrammeSchema } from '../../../shared/protocol'
import { listOf, PageQuerySchema } from '../../../shared/schemas/common'
import { AirOnListSchema, AirRequestSchema, AirResponseSchema, ApprovePairingSchema, DeliveredSchema, FaultReportsSchema, LookupPairingSchema, NewCommandSchema, NewCommandsSchema, NewPairingSchema, PairingLookupSchema, PairingStateSchema, PendingSchema, PlayerAddressSchema, PlayerCommandListSchema, PlayerCommandSchema, PlayerFaultListSchema, PlayerGreetingSchema, PlayerHelloSchema, PlayerListQuerySchema, PlayerListSchema, PlayerPatchSchema, PlayerSchema, PlayExportQuerySchema, PlayListSchema, PlayReachQuerySchema, PlayReachSchema, PlayQuerySchema, PlayReportsSchema, PlayStatsQuerySchema, PlayStatsSchema, RecordedSchema, StartPairingSchema } from '../../../shared/schemas/player'
import { HealthSchema } from '../../../shared/schemas/settings'
import type { RouteDoc } from './types'

const tag = 'player'

export const playerRoutes: RouteDoc[] = [
  { method: 'post', path: '/api/v1/player/pairings', tag, summary: 'A television asks for a code to show', access: 'public', body: StartPairingSchema, answer: [201, NewPairingSchema], errors: [400, 429] },
  { method: 'get', path: '/api/v1/player/pairings/{pairing_id}', tag, summary: 'What became of a pairing; once approved, with the player\'s token', access: 'pairing', answer: [200, PairingStateSchema], errors: [401, 404, 429] },
  { method: 'post', path: '/api/v1/player/pairings/lookup', tag, summary: 'What the television that shows this code says of itself, and the places of this client that it may have had before', access: 'editor', body: LookupPairingSchema, answer: [200, PairingLookupSchema], errors: [400, 404, 409, 422, 429] },
  { method: 'post', path: '/api/v1/player/pairings/approve', tag, summary: 'Make a player of the television that shows this code; with `player_id` it takes an old place, which keeps its name, store, volume and history', access: 'editor', body: ApprovePairingSchema, answer: [201, PlayerSchema], errors: [400, 404, 409, 422, 429], repeatable: true },
  { method: 'get', path: '/api/v1/player/address', tag, summary: 'What to type into a television', access: 'viewer', answer: [200, PlayerAddressSchema] },
  { method: 'get', path: '/api/v1/player/players', tag, summary: 'The players', access: 'viewer', query: PlayerListQuerySchema, answer: [200, PlayerListSchema], errors: [400] },
  { method: 'patch', path: '/api/v1/player/players/{player_id}', tag, summary: 'Rename or move a player, or set its volume', access: 'editor', body: PlayerPatchSchema, answer: [200, PlayerSchema], errors: [400, 404] },
  { method: 'delete', path: '/api/v1/player/players/{player_id}', tag, summary: 'Unpair a player; its token stops working at once', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'post', path: '/api/v1/player/players/{player_id}/commands', tag, summary: 'Tell a player to do something: now, or when it comes back in time. What became of it stands in `status`', access: 'editor', body: NewCommandSchema, answer: [202, PlayerCommandSchema], errors: [400, 404], repeatable: true },
  { method: 'get', path: '/api/v1/player/players/{player_id}/commands', tag, summary: 'What a player was told to do, the latest first', access: 'viewer', query: PageQuerySchema, answer: [200, PlayerCommandListSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/player/players/{player_id}/commands/{command_id}', tag, summary: 'One of them', access: 'viewer', answer: [200, PlayerCommandSchema], errors: [404] },
  { method: 'get', path: '/api/v1/player/players/{player_id}/faults', tag, summary: 'What a player\'s watchdogs noticed, the latest first', access: 'viewer', answer: [200, PlayerFaultListSchema], errors: [404] },
  { method: 'post', path: '/api/v1/player/commands', tag, summary: 'Tell many players the same', access: 'editor', body: NewCommandsSchema, answer: [202, PlayerCommandListSchema], errors: [400, 404, 422], repeatable: true },
  { method: 'post', path: '/api/v1/player/air', tag, summary: 'Send a message to players at once; without targets to every store', access: 'editor', body: AirRequestSchema, answer: [200, AirResponseSchema], errors: [400, 404, 422], repeatable: true },
  { method: 'get', path: '/api/v1/player/air', tag, summary: 'What is on the air until somebody stops it', access: 'viewer', answer: [200, AirOnListSchema] },
  { method: 'post', path: '/api/v1/player/air/{air_id}/stop', tag, summary: 'Take a sending off the air everywhere; players that are away never begin it', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'get', path: '/api/v1/player/plays', tag, summary: 'What players did with what they were sent', access: 'viewer', query: PlayQuerySchema, answer: [200, PlayListSchema], errors: [400] },
  { method: 'get', path: '/api/v1/player/plays/stats', tag, summary: 'How many plays were heard and missed, and why: by day and by store; without days, of the last seven', access: 'viewer', query: PlayStatsQuerySchema, answer: [200, PlayStatsSchema], errors: [400] },
  { method: 'get', path: '/api/v1/player/plays/export', tag, summary: 'The play log as CSV, newest first', access: 'viewer', query: PlayExportQuerySchema, answer: [200, 'text/csv'], errors: [400] },
  { method: 'get', path: '/api/v1/player/plays/reach', tag, summary: 'In which stores messages were heard: with their last live sending, and what was due today', access: 'viewer', query: PlayReachQuerySchema, answer: [200, listOf(PlayReachSchema)], errors: [400] },
  { method: 'post', path: '/api/v1/player/plays', tag, summary: 'A player reports what it did; repeats change nothing', access: 'player', body: PlayReportsSchema, answer: [200, RecordedSchema], errors: [400] },
  { method: 'post', path: '/api/v1/player/hello', tag, summary: 'A player without a socket says how it is and what it has done, and is told what to do', access: 'player', body: PlayerHelloSchema, answer: [200, PlayerGreetingSchema], errors: [400] },
  { method: 'post', path: '/api/v1/player/faults', tag, summary: 'A player reports what its watchdogs noticed; repeats change nothing', access: 'player', body: FaultReportsSchema, answer: [200, z.object({ noted: z.number().int() })], errors: [400] },
  { method: 'get', path: '/api/v1/player/programme', tag, summary: 'What this player will air in the next 48 hours', access: 'player', answer: [200, ProgrammeSchema] },
  { method: 'get', path: '/api/v1/player/pending', tag, summary: 'For a player that only asks: live messages that wait for it, and what is due within a minute. What is `until_stopped` stands here for as long as it is on the air; what was stopped does not', access: 'player', answer: [200, PendingSchema] },
  { method: 'post', path: '/api/v1/player/delivered', tag, summary: 'A player says what it holds of that', access: 'player', body: DeliveredSchema, answer: [204, null], errors: [400] },
]

export const settingsRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/health', tag: 'settings', summary: 'Whether database, storage and providers work', access: 'public', answer: [200, HealthSchema], errors: [503] },
  { method: 'get', path: '/api/v1/openapi.json', tag: 'settings', summary: 'This document', access: 'public', answer: [200, z.looseObject({})] },
]
