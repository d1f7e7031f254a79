import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundlePlayer } from '../../modules/player/bundle'
import type { PlayReport, Programme, ProgrammeItem } from '../../shared/protocol'
import type { PlayerStandIn } from '../fixtures/player-stand-in'
import { startPlayerStandIn } from '../fixtures/player-stand-in'
import { speechLikeMp3 } from '../fixtures/speech-like-mp3'
import type { Engine, EngineName } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/** The programme in the oldest engine and in today's: aired at its instants over music, from the device when there is no server. */

const wall_clock = { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null }

describe.each<EngineName>(['m64', 'today'])('a screen that runs %s', (name) => {
  let server: PlayerStandIn
  let screen: Engine
  let sound: Uint8Array
  let music: Programme['music'][number]
  let version = 0

  const player = <T>(expression: string, withinMs?: number) => screen.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)
  const open = async () => {
    await screen.goto(`${server.url}/player`)
    await player('p.paired')
  }
  const due = (inMs: number, about: Partial<ProgrammeItem> = {}): ProgrammeItem => {
    const at = Date.now() + inMs
    return {
      ...server.item(sound, { priority: 'scheduled', title: 'Cierre', duration_ms: 1_500, expires_at: new Date(at + 60_000).toISOString() }),
      schedule_id: randomUUID(), due_at: new Date(at).toISOString(), grace_s: 60, ...about,
    }
  }
  const of = (items: ProgrammeItem[], settings: object = {}): Programme => ({
    version: String(++version), server_time: new Date().toISOString(), items, music: [music], settings: { wall_clock, ...settings },
  })
  const told = (item: ProgrammeItem): PlayReport[] => server.received.concat(server.uploaded).filter((message): message is PlayReport => 'play_id' in message && message.play_id === item.play_id && message.type !== 'ack')
  const startedLate = (item: ProgrammeItem) => {
    const [report] = told(item)
    return report?.type === 'play_started' ? Date.parse(report.started_at) - Date.parse(item.due_at) : NaN
  }

  beforeAll(async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
    server = await startPlayerStandIn(await bundlePlayer(root, 'test'))
    server.behaviour.approved = true
    sound = await speechLikeMp3(1.5)
    const long = server.item(await speechLikeMp3(40))
    music = { track_id: randomUUID(), url: long.url, sha256: long.sha256, duration_ms: 40_000, gain_db: -6, title: 'Mañana' }
    screen = await launchEngine(name)
    await open()
    await player('p.connected')
  })
  afterAll(async () => {
    await screen?.close()
    await server?.stop()
  })

  it('plays the music of its programme as soon as it is on the device', async () => {
    server.send({ type: 'programme', programme: of([due(3_600_000)]) })
    await player('p.music === "Mañana" && p.files.ready_today === 2')
    await screen.until('document.querySelector(".track").textContent.trim() === "♪ Mañana"')
    expect(await screen.evaluate('document.querySelector(".idle-hint").textContent')).toMatch(/^\s*(?:Siguiente|Next): Cierre · \d\d:\d\d\s*$/)
  })

  it('airs an occurrence at its instant between two halves of a track', async () => {
    const items = [due(6_000), due(11_000)]
    server.send({ type: 'programme', programme: of(items) })
    for (const item of items) await expect.poll(() => told(item).map(report => report.type), { timeout: 20_000 }).toEqual(['play_started', 'play_ended'])
    await player('p.music === "Mañana"')
    const late = items.map(startedLate)
    console.info(`${name}: occurrences began ${late.join(' and ')} ms after their instants`)
    for (const each of late) expect(Math.abs(each)).toBeLessThan(1_000)
    expect(told(items[0]!)[0]!.occurrence).toEqual({ schedule_id: items[0]!.schedule_id, due_at: items[0]!.due_at, audio_id: items[0]!.audio_id, sha256: items[0]!.sha256 })
  })

  it('airs it from the device after a reload, with no server to ask, and tells later', async () => {
    const item = due(8_000)
    server.send({ type: 'programme', programme: of([item]) })
    await player('p.next && p.files.ready_today === 2')
    Object.assign(server.behaviour, { no_sockets: true, unauthorized: 'unauthorized' })
    await open()
    await player(`p.heard.some(function (h) { return h.play_id === ${JSON.stringify(item.play_id)} })`, 20_000)
    expect(await player('!p.connected && p.unreported === 2')).toBe(true)
    Object.assign(server.behaviour, { no_sockets: false, unauthorized: null })
    await screen.evaluate('void dispatchEvent(new Event("online"))')
    await expect.poll(() => told(item).map(report => report.type), { timeout: 30_000 }).toEqual(['play_started', 'play_ended'])
    // The receipt is on the device too: a report whose receipt a reload cuts off is sent once more.
    await player('p.unreported === 0')
    await screen.until(`new Promise(function (done) { var opening = indexedDB.open('mediaflow-player'); opening.onsuccess = function () { var read = opening.result.transaction('values').objectStore('values').get('outbox'); read.onsuccess = function () { opening.result.close(); done(!read.result || !read.result.length) } } })`)
    await open()
    await player('p.connected')
    server.send({ type: 'programme', programme: of([item]) })
    await player('p.music === "Mañana"')
    expect(told(item)).toHaveLength(2)
  })

  it('says that an occurrence is over when it was too late', async () => {
    const item = due(-600_000)
    server.send({ type: 'programme', programme: of([item]) })
    await expect.poll(() => told(item), { timeout: 10_000 }).toMatchObject([{ type: 'play_skipped', reason: 'expired' }])
  })

  it('kept to the protocol, and the browser had nothing to complain of', () => {
    expect(server.refused).toEqual([])
    // what the test itself refused
    expect(screen.errors().filter(error => !/401|WebSocket/.test(error))).toEqual([])
  })
})
