import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../../../player/core/clock'
import { readServerMessage } from '../../../../player/core/contract'
import type { Files } from '../../../../player/core/files'
import { memoryKeep } from '../../../../player/core/keep'
import { createProgramme } from '../../../../player/core/programme'
import { createRecent } from '../../../../player/core/recent'
import type { Programme, ServerToPlayer } from '../../../../shared/protocol'
import { PLAYER_COMMANDS, PlayerToServerSchema, ServerToPlayerSchema } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'
import fromPlayer from '../../../fixtures/protocol-1/from-player.json'
import fromServer from '../../../fixtures/protocol-1/from-server.json'
import { readAsBefore } from '../../../fixtures/protocol-1/reader'

/*
 * A page that was loaded last week talks to the server of today, and a page of today to a server that is still to be
 * renewed. What they said then is kept as it was said.
 */

const id = randomUUID()
const now = '2026-11-22T12:00:00.000Z'
const wall_clock = { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null }
const look = { logo_url: '/media/logo.png', colour: '#aa3300' }
const item = { ...airItem({ expires_at: now }), repeat: 3, until_stopped: true, words: [[0, 0], [3, 250]] as [number, number][] }

/** All that the server of today may say, with everything in it. */
const TODAY: ServerToPlayer[] = [
  { type: 'welcome', protocol: 1, server_time: now, player: { player_id: id, name: 'TV', store_id: id, store_name: 'Centro', client_name: 'Sol', time_zone: 'Europe/Madrid' }, settings: { volume: 1, heartbeat_interval_ms: 30_000, reconnect_interval_ms: 3_000, wall_clock, muted: true, look } },
  { type: 'pong', t: 1, server_time: now },
  { type: 'programme', programme: {
    version: '1', server_time: now, words: { ['a'.repeat(64)]: [[0, 0]] },
    items: [{ ...item, schedule_id: id, due_at: now, grace_s: 120 }],
    music: [{ track_id: id, url: '/media/m.mp3', sha256: 'b'.repeat(64), duration_ms: 1_000, gain_db: -3, title: 'Mañana', cue_in_ms: 10, cue_out_ms: null }],
    settings: { wall_clock, music: { after: 'next', fade_ms: 500 }, talk_over: { duck_db: -18 }, min_gap_ms: 1, max_duration_ms: 1, pre_silence_ms: 1, post_silence_ms: 1, dayparts: [{ from: now, to: now, volume: 0.5 }], open: [{ from: now, to: now }], captions: true, look },
  } },
  { type: 'air', item },
  { type: 'stop', play_id: null, by: 'Marta' },
  ...PLAYER_COMMANDS.map(command => ({ type: 'command' as const, command_id: id, command, volume: 0.5, by: 'Marta', expires_at: now })),
  { type: 'token', token: 'new' },
  { type: 'noted', fault_id: id },
  { type: 'set_volume', volume: 0.5 },
  { type: 'reload' },
  { type: 'identify' },
  { type: 'unpaired' },
  { type: 'reported', play_id: id, report: 'play_ended' },
  { type: 'error', code: 'x', message: 'y' },
]
/** What did not exist then. */
const NEWER = ['command', 'token', 'noted']

describe('a page that was loaded last week', () => {
  it('is told of every type of message here', () => {
    expect(new Set(TODAY.map(({ type }) => type))).toEqual(new Set(ServerToPlayerSchema.options.map(option => option.shape.type.value)))
    for (const message of TODAY) expect(ServerToPlayerSchema.safeParse(message).error).toBeUndefined()
  })

  it.each(TODAY.map(message => [message.type, message] as const))('reads %s of today as ever, or leaves it alone', (type, message) => {
    expect(readAsBefore(JSON.stringify(message))).toEqual(NEWER.includes(type) ? null : message)
  })

  it.each(fromPlayer.map(frame => [frame.type, frame] as const))('is understood when it says %s', (_type, frame) => {
    expect(PlayerToServerSchema.safeParse(frame).error).toBeUndefined()
  })
})

describe('a page of today', () => {
  it.each(fromServer.map(frame => [frame.type, frame] as const))('reads %s of last week\'s server', (_type, frame) => {
    expect(readServerMessage(JSON.stringify(frame))).toEqual(frame)
  })

  it.each(fromServer.map(frame => [frame.type, frame] as const))('reads %s of a server of next week, with more in it', (_type, frame) => {
    const more = { ...frame, mood: 'good', nested: { a: [1] } }
    expect(readServerMessage(JSON.stringify(more))).toEqual(more)
  })

  it('leaves alone what it does not know', () => {
    expect(readServerMessage('{"type":"dance","to":"the music"}')).toBeNull()
  })
})

describe('a programme of last week\'s server', () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-11-22T11:59:30.000Z') }))
  afterEach(() => vi.useRealTimers())

  it('airs, with a default for whatever it does not say', async () => {
    const keep = memoryKeep()
    const aired: string[] = []
    const taken: Programme[] = []
    const programme = createProgramme({
      keep,
      clock: createClock(keep),
      recent: createRecent(keep),
      files: { want: () => undefined, prepare: () => undefined, ready: () => true, bytes: () => 0 } as unknown as Files,
      air: async ({ title }) => void aired.push(title),
      allowed: () => true,
      hush: () => undefined,
      hushMs: () => 0,
      ask: async () => null,
      onTake: given => taken.push(given),
    })
    setInterval(programme.look, 1_000)
    for (const frame of fromServer) if (frame.type === 'programme') programme.take((readServerMessage(JSON.stringify(frame)) as { programme: Programme }).programme)
    expect(taken.length).toBeGreaterThan(0)
    programme.take((fromServer.find(({ type }) => type === 'programme') as unknown as { programme: Programme }).programme)
    await vi.advanceTimersByTimeAsync(40_000)
    expect(aired).toEqual(['Cierre'])
  })
})
