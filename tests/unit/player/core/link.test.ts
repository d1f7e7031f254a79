import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClock } from '../../../../player/core/clock'
import type { Faults } from '../../../../player/core/faults'
import { createFaults } from '../../../../player/core/faults'
import type { ApiError } from '../../../../player/core/http'
import { createApi } from '../../../../player/core/http'
import { memoryStore, storageKeep } from '../../../../player/core/keep'
import type { Connection, Link } from '../../../../player/core/link'
import { createLink } from '../../../../player/core/link'
import type { Reports } from '../../../../player/core/reports'
import { createReports } from '../../../../player/core/reports'
import type { CommandResult } from '../../../../player/core/commands'
import type { PendingItem, ServerToPlayer } from '../../../../shared/protocol'
import type { PlayerStandIn } from '../../../fixtures/player-stand-in'
import { startPlayerStandIn } from '../../../fixtures/player-stand-in'

let server: PlayerStandIn
let reports: Reports
let link: Link
let states: Connection[]
let items: PendingItem[]
let taken: string[]
let doubtful: boolean
let refused: unknown[]
let faults: Faults
let welcomes: ServerToPlayer[]
let messages: ServerToPlayer[]
let results: CommandResult[]
let volume: number | undefined
let socketless: number
/** How far the page's clock is ahead of the real one: half a minute need not be waited for. */
let ahead: number

beforeEach(async () => {
  server = await startPlayerStandIn()
  reports = createReports(storageKeep(memoryStore()))
  states = []
  items = []
  taken = []
  doubtful = false
  refused = []
  faults = createFaults({ keep: storageKeep(memoryStore()), now: Date.now, onNote: () => undefined })
  ahead = 0
  welcomes = []
  messages = []
  results = []
  volume = undefined
  socketless = 0
  const real = createClock()
  link = createLink({
    origin: server.url,
    token: () => server.token,
    api: createApi(server.url),
    clock: { ...real, mono: () => real.mono() + ahead },
    reports,
    faults,
    hello: () => ({ type: 'hello', protocol: 1, version: 'test' }),
    onWelcome: () => undefined,
    onPolled: welcome => welcomes.push(welcome),
    onMessage: message => messages.push(message),
    commands: { waiting: () => results, told: answers => results = results.filter(answer => !answers.includes(answer)) },
    volume: { untold: () => volume, told: () => volume = undefined },
    onItems: async (given) => {
      items.push(...given)
      return given.map(item => item.play_id)
    },
    doubtful: () => doubtful,
    onTaken: token => taken.push(token),
    onRefused: (_token, error) => refused.push((error as ApiError).code),
    onChange: state => states.push(state),
    onSocketless: () => socketless++,
    limits: { reconnect_ms: 40, slowest_reconnect_ms: 100 },
  })
})
afterEach(async () => {
  link.stop()
  await server.stop()
})
const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 8_000, interval: 10 })
const skipped = () => ({ type: 'play_skipped' as const, play_id: randomUUID(), reason: 'expired' as const, at: new Date().toISOString() })

describe('with a socket', () => {
  it('reports go out after the welcome and at once from then on', async () => {
    const [early, late] = [skipped(), skipped()]
    await reports.add(early)
    link.start()
    await until(() => server.reports(early.play_id).length)
    await reports.add(late)
    link.flush()
    await until(() => server.reports(late.play_id).length)
    expect(server.uploaded).toEqual([])
    expect(states).toEqual(['online'])
  })

  it('says when it is gone and when it is back', async () => {
    link.start()
    await until(() => link.connection() === 'online')
    server.hangUp()
    await until(() => states.length === 3)
    expect(states).toEqual(['online', 'offline', 'online'])
  })

  it('does not fight with the same player elsewhere', async () => {
    link.start()
    await until(() => link.connection() === 'online')
    server.hangUp(4002)
    await until(() => link.connection() === 'replaced')
    ahead = 120_000
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(link.connection()).toBe('replaced')
    link.start()
    await until(() => link.connection() === 'online')
  })
})

describe('without a socket', () => {
  beforeEach(() => {
    server.behaviour.no_sockets = true
  })

  it('asks for messages by HTTP after half a minute, says which it holds, and uploads its reports', async () => {
    const item = server.item(new Uint8Array(10))
    server.pending = [item]
    const report = skipped()
    await reports.add(report)
    link.start()
    await until(() => link.connection() === 'offline')
    expect(items).toEqual([])
    ahead = 31_000
    await until(() => server.uploaded.length)
    expect(items).toEqual([item])
    expect(server.delivered).toEqual([item.play_id])
    expect(server.uploaded).toEqual([report])
    expect(link.connection()).toBe('polling')
    await until(() => welcomes.length)
    expect(server.greetings[0]).toEqual({ hello: { type: 'hello', protocol: 1, version: 'test' }, results: [] })
    server.behaviour.no_sockets = false
    await until(() => link.connection() === 'online')
  })

  it.each(['player_unpaired', 'unauthorized'])('hands on a 401 that says %s: others know what it means', async (code) => {
    server.behaviour.unauthorized = code
    link.start()
    ahead = 31_000
    await until(() => refused.length)
    expect(refused).toEqual([code])
    expect(taken).toEqual([])
  })

  it('is greeted, told what to do, and looks again at once to say what became of it', async () => {
    const command = { type: 'command' as const, command_id: randomUUID(), command: 'identify' as const, expires_at: new Date(Date.now() + 60_000).toISOString() }
    server.messages = [command, { type: 'of tomorrow' } as unknown as ServerToPlayer]
    volume = 0.4
    link.start()
    await until(() => link.connection() === 'offline')
    ahead = 31_000
    await until(() => messages.length)
    expect([welcomes.length, messages, server.greetings[0]!.volume, volume]).toEqual([1, [command], 0.4, undefined])
    results = [{ type: 'command_result', command_id: command.command_id, status: 'done' }]
    // well before the next look would be due
    await until(() => !results.length)
    expect([server.greetings.map(greeting => greeting.results), server.refused]).toEqual([[[], [{ type: 'command_result', command_id: command.command_id, status: 'done' }]], []])
  })

  it('says so when there was none for half an hour, though the server answers', async () => {
    link.start()
    await until(() => link.connection() === 'offline')
    ahead = 31_000
    await until(() => link.connection() === 'polling')
    expect(socketless).toBe(0)
    ahead = 1_900_000
    await until(() => socketless)
    server.behaviour.gone = true
    ahead += 20_000
    await until(() => link.connection() === 'offline')
    socketless = 0
    await new Promise(resolve => setTimeout(resolve, 1_200))
    expect(socketless).toBe(0)
  })

  it('goes on with a server that greets sockets only', async () => {
    server.behaviour.no_hello = true
    volume = 0.4
    link.start()
    await until(() => link.connection() === 'offline')
    ahead = 31_000
    await until(() => server.asked.includes('/api/v1/player/hello'))
    await new Promise(resolve => setTimeout(resolve, 100))
    expect([link.connection(), welcomes, volume]).toEqual(['polling', [], 0.4])
  })

  it('asks at once whether a token that is new is taken', async () => {
    doubtful = true
    server.behaviour.unauthorized = 'unauthorized'
    link.start()
    await until(() => refused.length)
    expect(link.connection()).toBe('offline')
  })

  it('uploads its faults too; a server that knows no such route is not held against it', async () => {
    faults.note('audio_stuck', 'no sound for 6 s', 'play again', true)
    const [fault] = faults.waiting()
    server.behaviour.no_faults = true
    link.start()
    ahead = 31_000
    await until(() => link.connection() === 'polling')
    expect(faults.waiting()).toEqual([fault])
    server.behaviour.no_faults = false
    ahead = 42_000
    await until(() => server.faults.length)
    expect(server.faults).toEqual([fault])
    await until(() => !faults.waiting().length)
  })
})

describe('a socket closed with "unpaired"', () => {
  it('is not believed unless the server says so when asked', async () => {
    link.start()
    await until(() => link.connection() === 'online')
    server.hangUp(4001)
    await until(() => states.filter(state => state === 'online').length === 2)
    expect(refused).toEqual([])
    server.behaviour.unauthorized = 'player_unpaired'
    server.hangUp(4001)
    await until(() => refused.length)
  })
})
