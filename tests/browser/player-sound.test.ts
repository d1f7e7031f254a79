import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundlePlayer } from '../../modules/player/bundle'
import type { AirItem, PlayReport, PlayerStatus, Programme, ProgrammeItem } from '../../shared/protocol'
import type { PlayerStandIn } from '../fixtures/player-stand-in'
import { startPlayerStandIn } from '../fixtures/player-stand-in'
import type { RecordedSound } from '../fixtures/sound-recorder'
import { SOUND_RECORDER } from '../fixtures/sound-recorder'
import { speechLikeMp3 } from '../fixtures/speech-like-mp3'
import type { Autoplay, Engine, EngineName } from '../fixtures/tv-engines'
import { launchEngine } from '../fixtures/tv-engines'

/** What is really heard: the announcement over softer music where the engine shows that it can, in its place where not. */

/** Each engine once, each policy at least once; `player-path.test.ts` has every engine under every policy. */
const ENGINES: [EngineName, Autoplay][] = [
  ['m64', 'user-gesture-required'],
  ['m69', 'document-user-activation-required'],
  ['m79', 'no-user-gesture-required'],
  ['m108', 'document-user-activation-required'],
  ['today', 'user-gesture-required'],
]
const wall_clock = { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null }
const DUCK = { duck_db: -18, down_ms: 600, up_ms: 1_000 }
const LASTS_MS = 2_500

let server: PlayerStandIn
let screen: Engine | null
let sound: Uint8Array
let music: Programme['music'][number]
let version = 0

const player = <T>(expression: string, withinMs?: number) => screen!.until<T>(`(function (p) { return ${expression} })(window.__player)`, withinMs)
const of = (settings: Partial<Programme['settings']> = {}): Programme => ({
  version: String(++version), server_time: new Date().toISOString(), items: [], music: [music], settings: { wall_clock, talk_over: DUCK, ...settings },
})
const status = () => server.received.reduce<PlayerStatus | undefined>((last, message) => 'status' in message && typeof message.status === 'object' ? message.status : last, undefined)
const shown = (ability: PlayerStatus['talk_over']) => expect.poll(() => status()?.talk_over, { timeout: 10_000 }).toBe(ability)
const told = (playId: string) => server.received.filter((message): message is PlayReport => /^play_/.test(message.type) && (message as PlayReport).play_id === playId)
const db = (a: number, b: number) => 20 * Math.log10(a / b)

/** A screen with music, and with whatever the browser wants before it lets it sound. */
async function open(name: EngineName, policy: Autoplay, before = '', settings: Partial<Programme['settings']> = {}) {
  screen = await launchEngine(name, { autoplay: policy })
  server.received.length = 0
  server.programme = null
  await screen.inject(`${SOUND_RECORDER};${before}`)
  await screen.goto(`${server.url}/player`)
  await player('p.connected')
  server.send({ type: 'programme', programme: of(settings) })
  await player('p.files && p.files.ready_today === 1')
  if (policy !== 'no-user-gesture-required') {
    await player('p.sound === "locked"')
    await screen.press('Enter')
  }
  await player('p.music === "Mañana"')
  // it has come in
  await screen.until('(function (e) { return e && e.position > 1.2 && Math.abs(e.volume - 0.501) < 0.01 })(__sound.element[__sound.element.length - 1])')
  await screen.evaluate('__sound.reset()')
}

async function air(about: Partial<AirItem> = {}) {
  const item = server.item(sound, { duration_ms: LASTS_MS, ...about })
  server.send({ type: 'air', item })
  await expect.poll(() => told(item.play_id).map(({ type }) => type), { timeout: 20_000 }).toEqual(['play_started', 'play_ended'])
  return { item, report: told(item.play_id)[1] as Extract<PlayReport, { type: 'play_ended' }> }
}

async function recorded(): Promise<RecordedSound> {
  await new Promise(resolve => setTimeout(resolve, 1_500))
  return screen!.evaluate<RecordedSound>('({ volume: __sound.volume, element: __sound.element, heard: __sound.heard })')
}

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
  server = await startPlayerStandIn(await bundlePlayer(root, 'test'))
  server.behaviour.approved = true
  sound = await speechLikeMp3(LASTS_MS / 1000)
  const long = server.item(await speechLikeMp3(60))
  music = { track_id: randomUUID(), url: long.url, sha256: long.sha256, duration_ms: 60_000, gain_db: -6, title: 'Mañana' }
})
afterEach(async () => {
  await screen?.close()
  screen = null
})
afterAll(() => server?.stop())

describe('an announcement', () => {
  it.each(ENGINES)('is heard over the music, which makes room and comes back: %s, %s', async (name, policy) => {
    await open(name, policy)
    await shown('works')
    const { report } = await air()
    const { volume, element, heard } = await recorded()

    // the music: as deep, as fast and as smooth as it was told, and never interrupted
    const from = element[0]!.volume
    const low = Math.min(...volume.map(each => each.volume))
    expect(Math.abs(db(low, from) - DUCK.duck_db)).toBeLessThan(1)
    const first = volume.findIndex(each => each.volume < from * 0.999)
    const reached = volume.findIndex(each => each.volume <= low * 1.001)
    const left = volume.findLastIndex(each => each.volume <= low * 1.001)
    const back = volume.findIndex((each, i) => i > left && each.volume >= from * 0.999)
    const [down, up] = [volume[reached]!.at - volume[first]!.at, volume[back]!.at - volume[left]!.at]
    const steps = volume.slice(1).map((each, i) => Math.abs(db(each.volume, volume[i]!.volume)))
    console.info(`${name}, ${policy}: ${db(low, from).toFixed(2)} dB, down in ${Math.round(down)} ms, up in ${Math.round(up)} ms, largest step ${Math.max(...steps).toFixed(2)} dB, level ${report.level_db} dB`)
    // never faster than told; on a machine that is busy with other things a little slower
    expect(down).toBeGreaterThan(DUCK.down_ms - 60)
    expect(down).toBeLessThan(DUCK.down_ms + 400)
    expect(up).toBeGreaterThan(DUCK.up_ms - 60)
    expect(up).toBeLessThan(DUCK.up_ms + 400)
    // what two steps of 20 ms are on the steeper way
    expect(Math.max(...steps)).toBeLessThan(1.3)
    expect(new Set(element.map(each => each.src)).size).toBe(1)
    expect(element.some(each => each.paused)).toBe(false)
    const [begin, end] = [element[0]!, element.at(-1)!]
    const share = (end.position - begin.position) * 1000 / (end.at - begin.at)
    expect(share).toBeGreaterThan(0.85)
    expect(share).toBeLessThan(1.05)

    // the voice: only when the music is down, whole, without a click at either end
    const loud = heard.filter(each => each.rms > 0.005)
    expect(loud[0]!.at).toBeGreaterThan(volume[reached]!.at - 30)
    expect(loud.at(-1)!.at).toBeLessThan(volume[left]!.at + 150)
    const length = loud.at(-1)!.at - loud[0]!.at
    expect(length).toBeGreaterThan(LASTS_MS - 250)
    expect(length).toBeLessThan(LASTS_MS + 1_000)
    expect(Math.abs(report.heard_ms - LASTS_MS)).toBeLessThan(150)
    expect(report.level_db).toBeGreaterThan(-30)
    expect(report.level_db).toBeLessThan(-8)
    expect(screen!.errors()).toEqual([])
  })
})

describe.each<EngineName>(['m64', 'today'])('%s, at an instant of the programme', (name) => {
  it('has made room before, and is heard within a quarter of a second of it', async () => {
    await open(name, 'no-user-gesture-required')
    await shown('works')
    const due = Date.now() + 7_000
    const item: ProgrammeItem = {
      ...server.item(sound, { priority: 'scheduled', duration_ms: LASTS_MS, expires_at: new Date(due + 60_000).toISOString() }),
      schedule_id: randomUUID(), due_at: new Date(due).toISOString(), grace_s: 60,
    }
    server.send({ type: 'programme', programme: { ...of(), items: [item] } })
    await expect.poll(() => told(item.play_id).map(({ type }) => type), { timeout: 20_000 }).toEqual(['play_started', 'play_ended'])
    const { heard, volume } = await recorded()
    const origin = await screen!.evaluate<number>('Date.now() - performance.now()')
    const loud = heard.find(each => each.rms > 0.005)!
    const late = Math.round(loud.at + origin - due)
    const [started] = told(item.play_id) as { started_at: string }[]
    console.info(`${name}: heard ${late} ms after its instant, and said so of ${Date.parse(started!.started_at) - due} ms`)
    expect(Math.abs(late)).toBeLessThan(250)
    expect(Math.abs(Date.parse(started!.started_at) - due)).toBeLessThan(150)
    const low = Math.min(...volume.map(each => each.volume))
    expect(volume.find(each => each.volume <= low * 1.001)!.at).toBeLessThan(loud.at)
  })
})

/** Where the element was, sound by sound: what, from and to which moment, and at which positions. */
function sounds({ element }: RecordedSound) {
  const found: { src: string, from: number, to: number, first: number, last: number }[] = []
  for (const { src, at, position, paused, volume } of element) {
    // while it is on its way to where it goes on, it is silent
    if (paused || !position || !volume) continue
    const last = found.at(-1)
    if (last?.src === src && position >= last.last) Object.assign(last, { to: at, last: position })
    else found.push({ src, from: at, to: at, first: position, last: position })
  }
  return found
}

describe.each<EngineName>(['m64', 'today'])('%s, in the place of the music', (name) => {
  it('speaks by the element where the clock of Web Audio stands still', async () => {
    await open(name, 'no-user-gesture-required', 'Object.defineProperty(AudioContext.prototype, "currentTime", { get: function () { return 0 } })')
    await shown('fails')
    const { report } = await air()
    const all = await recorded()
    const [before, message, after] = sounds(all)
    expect(all.heard.filter(each => each.rms > 0.005)).toEqual([])
    expect(sounds(all)).toHaveLength(3)
    expect(Math.abs(after!.first - before!.last)).toBeLessThan(0.3)
    expect(message!.first).toBeLessThan(0.1)
    expect(Math.abs(report.heard_ms - LASTS_MS)).toBeLessThan(150)
    expect(report.level_db).toBeGreaterThan(-30)
  })

  it('speaks by the element what is too long to be decoded, and by Web Audio what comes after it', async () => {
    await open(name, 'no-user-gesture-required')
    await shown('works')
    await air({ duration_ms: 61_000 })
    const long = await recorded()
    expect(long.heard.filter(each => each.rms > 0.005)).toEqual([])
    expect(sounds(long)).toHaveLength(3)
    await player('p.music === "Mañana"')
    await screen!.evaluate('__sound.reset()')
    await air()
    const short = await recorded()
    expect(short.heard.filter(each => each.rms > 0.005).length).toBeGreaterThan(20)
    expect(sounds(short)).toHaveLength(1)
  })

  it('says again from its beginning what broke off over the music, reports it once, and remembers', async () => {
    await open(name, 'no-user-gesture-required')
    await shown('works')
    const item = server.item(sound, { duration_ms: LASTS_MS })
    server.send({ type: 'air', item })
    await player('p.now && p.now.position_ms > 700')
    await screen!.evaluate('void __sound.contexts.forEach(function (c) { c.resume = function () { return new Promise(function () {}) }; c.suspend() })')
    await expect.poll(() => told(item.play_id).map(({ type }) => type), { timeout: 20_000 }).toEqual(['play_started', 'play_ended'])
    const [, message] = sounds(await recorded())
    expect(message!.first).toBeLessThan(0.1)
    expect((message!.to - message!.from)).toBeGreaterThan(LASTS_MS - 250)
    await shown('fails')
    server.received.length = 0
    await screen!.goto(`${server.url}/player`)
    await player('p.connected && p.music === "Mañana"')
    await shown('fails')
  })

  it('keeps silence before and after', async () => {
    await open(name, 'no-user-gesture-required', '', { talk_over: null, pre_silence_ms: 900, post_silence_ms: 700 })
    await air()
    const [before, message, after] = sounds(await recorded())
    expect(message!.from - before!.to).toBeGreaterThan(850)
    expect(message!.from - before!.to).toBeLessThan(1_400)
    expect(after!.from - message!.to).toBeGreaterThan(650)
    expect(after!.from - message!.to).toBeLessThan(1_400)
  })

  it('stops softly over the music, says who wanted it, and the music comes back', async () => {
    await open(name, 'no-user-gesture-required')
    await shown('works')
    const item = server.item(sound, { duration_ms: LASTS_MS })
    server.send({ type: 'air', item })
    await player('p.now && p.now.position_ms > 700')
    server.send({ type: 'stop', play_id: null, by: 'Ana' })
    await expect.poll(() => told(item.play_id), { timeout: 5_000 }).toMatchObject([{ type: 'play_started' }, { type: 'play_skipped', reason: 'stopped', by: 'Ana' }])
    const all = await recorded()
    const loud = all.heard.filter(each => each.rms > 0.005)
    expect(loud.at(-1)!.at - loud[0]!.at).toBeLessThan(1_500)
    // a voice that breaks off in the middle of a wave makes a step of its whole height
    expect(Math.max(...all.heard.slice(-40).map(each => each.step))).toBeLessThan(Math.max(...loud.map(each => each.step)) * 1.05)
    expect(sounds(all)).toHaveLength(1)
    expect(all.element.at(-1)!.volume).toBeCloseTo(0.501, 2)
  })

  it('is silent while it is muted, says so of what came meanwhile, and goes on at its place', async () => {
    await open(name, 'no-user-gesture-required')
    const command = (what: 'mute' | 'unmute') => server.send({ type: 'command', command_id: randomUUID(), command: what, by: 'Ana', expires_at: new Date(Date.now() + 60_000).toISOString() })
    const cut = server.item(await speechLikeMp3(8), { duration_ms: 8_000 })
    server.send({ type: 'air', item: cut })
    await player('p.now && p.now.position_ms > 500')
    command('mute')
    await expect.poll(() => told(cut.play_id)[1], { timeout: 5_000 }).toMatchObject({ type: 'play_skipped', reason: 'muted', by: 'Ana' })
    await player('p.music === null')
    const late = server.item(sound, { duration_ms: LASTS_MS })
    server.send({ type: 'air', item: late })
    await expect.poll(() => told(late.play_id), { timeout: 5_000 }).toMatchObject([{ type: 'play_skipped', reason: 'muted' }])
    await recorded()
    command('unmute')
    await player('p.music === "Mañana"')
    const tracks = sounds(await recorded()).filter(each => each.to - each.from > 300)
    const [before, after] = [tracks[0]!, tracks.at(-1)!]
    expect(after.from - before.to).toBeGreaterThan(1_000)
    expect(Math.abs(after.first - before.last)).toBeLessThan(0.4)
  })

  it('says again and again, over a reload too, what is to be heard until somebody stops it', async () => {
    await open(name, 'no-user-gesture-required')
    const fire = server.item(await speechLikeMp3(1.2), { priority: 'emergency', on_busy: 'interrupt', until_stopped: true, expires_at: new Date(Date.now() + 5_000).toISOString() })
    server.send({ type: 'air', item: fire })
    await screen!.until('__sound.element.filter(function (e, i, all) { return i && all[i - 1].position > e.position }).length >= 3')
    await screen!.goto(`${server.url}/player`)
    await player(`p.now && p.now.play_id === ${JSON.stringify(fire.play_id)} && p.now.position_ms > 200`)
    await player('p.now && p.now.position_ms < 200')
    server.send({ type: 'stop', play_id: fire.play_id, by: 'Ana' })
    await expect.poll(() => told(fire.play_id).map(({ type }) => type), { timeout: 10_000 }).toEqual(['play_started', 'play_ended'])
    expect((told(fire.play_id)[1] as { repeats?: number }).repeats).toBeGreaterThanOrEqual(3)
    await player('p.music === "Mañana"')
  })
})

/** The element stands still for as long as the test says so. */
const FREEZER = `(function () {
  var time = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime'), at = 0
  Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', {
    configurable: true,
    get: function () { return window.__frozen ? at : (at = time.get.call(this)) },
    set: time.set,
  })
})()`

it('m64: an element that stands still and goes on is one fault, with what helped', async () => {
  await open('m64', 'no-user-gesture-required', FREEZER)
  server.faults.length = 0
  await screen!.evaluate('window.__frozen = true')
  await new Promise(resolve => setTimeout(resolve, 8_000))
  expect(server.faults).toEqual([])
  await screen!.evaluate('window.__frozen = false')
  await expect.poll(() => server.faults, { timeout: 5_000 }).toMatchObject([{ kind: 'audio_stuck', detail: expect.stringMatching(/^no sound for [78] s$/), recovery: 'play again', recovered_at: expect.any(String) }])
  expect(await player('p.music === "Mañana"')).toBe(true)
})
