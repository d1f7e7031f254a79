import type { AirItem, PlayerIdentity, PlayerStatus, Programme, ServerToPlayer, WallClock } from '../../shared/protocol'
import { createAiring } from './airing'
import { createSounder } from './audio'
import { createClock } from './clock'
import { PROTOCOL } from './contract'
import { createFiles } from './files'
import { ApiError, createApi, saysUnpaired } from './http'
import type { Keep, TextStore } from './keep'
import type { LevelProfile } from './level'
import { createLink } from './link'
import { createMusic } from './music'
import { createPairing } from './pairing'
import { createProgramme } from './programme'
import { createRecent } from './recent'
import { createReports } from './reports'
import type { PlayerState } from './state'
import { initialState } from './state'
import { createTokenStore } from './token'

export interface PlayerOptions {
  /** Of the server, without a trailing slash. */
  origin: string
  version: string
  keep: Keep
  store: TextStore
  element: HTMLAudioElement
  /** An address with a second of silence. */
  silence: string
  measure: (bytes: ArrayBuffer) => Promise<LevelProfile | null>
  reload: () => void
  onChange: (state: PlayerState) => void
}

const IDENTITY_KEY = 'identity'
const VOLUME_KEY = 'volume'
const WALL_CLOCK_KEY = 'wall_clock'
/** When the page last reloaded itself for its sound; 'Infinity' when that only made it ask for a key. */
const RELOADED_KEY = 'mediaflow_player_reloaded'
const RELOAD_EVERY_MS = 600_000
const IDENTIFY_MS = 10_000
const STATUS_EVERY_MS = 30_000
const VOLUME_SHOWN_MS = 2_500
/** A key that is held down changes the volume many times a second: the server hears where it stops. */
const VOLUME_TOLD_AFTER_MS = 300
/** One press of a key. */
const VOLUME_STEP = 0.05
const ERRORS_KEPT = 5
/** What a programme looks ahead. */
const REACH_MS = 48 * 3_600_000

/** The whole player without its screen: pairs, connects, airs, reports. */
export function createPlayer(options: PlayerOptions) {
  const { keep, origin, store } = options
  const state = initialState()
  const clock = createClock(keep)
  const token = createTokenStore(keep, store)
  const api = createApi(origin)
  const recent = createRecent(keep)
  const reports = createReports(keep)
  const files = createFiles({ origin, keep, token: token.get, onUnpaired: () => void unpair() })
  const sounder = createSounder(options.element, {
    silence: options.silence,
    onFault: fault,
    onHang,
    onLock(locked) {
      state.sound = locked ? 'locked' : 'unlocked'
      changed()
      if (locked) return
      airing.pump()
      music.look()
    },
  })
  const elsewhere = () => link.connection() === 'replaced'
  const music = createMusic({
    keep, files, sounder,
    busy: () => airing.busy() || programme.imminent() || elsewhere(),
    onChange: changed,
  })
  const airing = createAiring({
    keep, clock, files, sounder, recent, reports,
    volume: () => state.volume,
    hush: music.hush,
    measure: options.measure,
    onChange() {
      changed()
      music.look()
    },
    onReport: () => link.flush(),
  })
  const programme = createProgramme({
    keep, clock, files, recent, ask,
    air: airing.accept,
    allowed: () => !elsewhere(),
    hush: () => void music.hush(),
    hushMs: music.fadeMs,
    onTake({ music: tracks, server_time, settings }) {
      music.set(tracks, settings)
      if (!settings) return
      airing.setRules(settings.min_gap_ms || 0, settings.max_duration_ms || 0)
      setWallClock(settings.wall_clock)
      state.captions = settings.captions !== false
      state.look = settings.look || null
      state.open = settings.open || null
      state.open_known_until = Date.parse(server_time) + REACH_MS
    },
  })
  const link = createLink({
    origin, api, clock, reports,
    token: token.get,
    hello: () => ({ type: 'hello', protocol: PROTOCOL, version: options.version, status: status() }),
    onWelcome: welcome,
    onMessage: obey,
    onItems: hold,
    onUnpaired: () => void unpair(),
    onChange: changed,
  })
  const pairing = createPairing({
    api,
    onCode(given) {
      state.code = given.code
      state.qr = given.qr || null
      changed()
    },
    onToken: given => void adopt(given),
    onReach(reached) {
      state.connection = reached ? 'online' : 'offline'
      options.onChange(state)
    },
  })

  let told = ''
  let toldAt = 0
  let fullscreenWanted = false
  let identifyTimer: ReturnType<typeof setTimeout> | undefined
  let volumeTimer: ReturnType<typeof setTimeout> | undefined
  let tellVolumeTimer: ReturnType<typeof setTimeout> | undefined
  /** Chosen here, and the server has not heard of it. */
  let untoldVolume = false

  function status(): PlayerStatus {
    const air = airing.view()
    return {
      sound: state.sound === 'unlocked' ? 'unlocked' : 'locked',
      state: air.started_at ? 'playing' : 'idle',
      play_id: air.item ? air.item.play_id : null,
      position_ms: air.started_at ? air.position_ms : null,
      volume: state.volume,
      clock_offset_ms: clock.offsetMs(),
      queue_length: air.queue_length,
      user_agent: navigator.userAgent.slice(0, 512),
      errors: state.errors,
      files: programme.inventory(),
      waits_for_tap: state.waits_for_tap,
    }
  }

  /** Tells the server when something has changed that it should know, and now and then in any case. */
  function tell() {
    if (!state.connected) return
    const current = status()
    const { files: inventory } = current
    const essence = Object.assign({}, current, { position_ms: 0, clock_offset_ms: 0, volume: 0, files: inventory && [inventory.ready_today, inventory.needed_today] })
    const summary = JSON.stringify(essence)
    if (summary === told && clock.mono() - toldAt < STATUS_EVERY_MS) return
    if (!link.send({ type: 'status', status: current })) return
    told = summary
    toldAt = clock.mono()
  }

  function refresh() {
    const { item, started_at, position_ms, queue_length, heard } = airing.view()
    if (state.phase === 'paired') state.connection = link.connection()
    state.connected = state.phase === 'paired' && state.connection === 'online'
    state.paired = state.phase === 'paired'
    state.now = item && {
      play_id: item.play_id, title: item.title, text: item.text, priority: item.priority, duration_ms: item.duration_ms, words: item.words, started_at, position_ms,
    }
    state.queue_length = queue_length
    state.waits_for_tap = state.sound === 'locked' ? 'sound' : fullscreenWanted ? 'fullscreen' : null
    const next = programme.next()
    state.next = next && { title: next.title, due_at: next.due_at }
    const track = music.track()
    state.music = track && (track.title || '')
    state.files = programme.inventory() || null
    state.heard = heard
    state.time = clock.now()
    state.clock_offset_ms = clock.offsetMs()
    state.unreported = reports.waiting().length
  }

  function changed() {
    refresh()
    tell()
    options.onChange(state)
  }

  function fault(what: string) {
    state.errors = state.errors.concat(what.slice(0, 200)).slice(-ERRORS_KEPT)
    changed()
  }

  /** The element is beyond help: begin anew, but not for ever, and never where that would cost the sound altogether. */
  function onHang() {
    const last = Number(store.getItem(RELOADED_KEY))
    fault('no sound for 25 s, whatever was tried')
    if (last > Date.now() - RELOAD_EVERY_MS) return
    store.setItem(RELOADED_KEY, String(Date.now()))
    options.reload()
  }

  async function ask(version: string): Promise<Programme | null> {
    try {
      return await api.send<Programme>('GET', '/api/v1/player/programme', { bearer: token.get(), etag: version && `"${version}"` })
    }
    catch (error) {
      if (saysUnpaired(error)) void unpair()
      if (error instanceof ApiError && error.status === 304) return null
      throw error
    }
  }

  function setWallClock(wallClock: WallClock | undefined) {
    state.wall_clock = wallClock || null
    keep.set(WALL_CLOCK_KEY, state.wall_clock).catch(() => undefined)
  }

  function setVolume(volume: number) {
    state.volume = volume
    sounder.setVolume(volume)
    keep.set(VOLUME_KEY, volume).catch(() => undefined)
    changed()
  }

  function tellVolume() {
    untoldVolume = !link.send({ type: 'volume_changed', volume: state.volume })
  }

  function know(player: PlayerIdentity) {
    state.player = player
    keep.set(IDENTITY_KEY, player).catch(() => undefined)
  }

  function welcome(message: Extract<ServerToPlayer, { type: 'welcome' }>) {
    told = ''
    know(message.player)
    setWallClock(message.settings.wall_clock)
    files.wake()
    programme.reached()
    if (untoldVolume) tellVolume()
    else setVolume(message.settings.volume)
  }

  function obey(message: ServerToPlayer) {
    switch (message.type) {
      case 'air':
        return void airing.accept(message.item).then(() => link.send({ type: 'ack', play_id: message.item.play_id }), () => fault('a message could not be kept'))
      case 'reported': return reports.confirm(message.play_id, message.report)
      case 'programme': return programme.take(message.programme)
      case 'stop': return airing.stop(message.play_id)
      case 'set_volume':
        untoldVolume = false
        clearTimeout(tellVolumeTimer)
        return setVolume(message.volume)
      case 'identify': return identify()
      case 'reload': return options.reload()
      case 'unpaired': return void unpair()
      case 'error': return fault(`server: ${message.code}`)
    }
  }

  async function hold(items: AirItem[]): Promise<string[]> {
    const held: string[] = []
    for (const item of items) await airing.accept(item).then(() => held.push(item.play_id), () => undefined)
    return held
  }

  function identify() {
    state.identifying = true
    clearTimeout(identifyTimer)
    identifyTimer = setTimeout(() => {
      state.identifying = false
      changed()
    }, IDENTIFY_MS)
    changed()
  }

  function showCode() {
    state.phase = 'pairing'
    state.connection = 'connecting'
    changed()
    pairing.start()
  }

  async function adopt(given: string) {
    await token.set(given).catch(() => undefined)
    state.code = null
    state.qr = null
    await begin()
  }

  async function begin() {
    state.phase = 'paired'
    await airing.restore()
    await programme.load().catch(() => undefined)
    programme.reached()
    link.start()
    changed()
  }

  async function unpair() {
    if (state.phase !== 'paired') return
    state.phase = 'starting'
    link.stop()
    await token.forget().catch(() => undefined)
    await programme.clear().catch(() => undefined)
    music.set([], undefined)
    await airing.reset().catch(() => undefined)
    await Promise.all([reports.clear(), recent.clear(), files.clear(), keep.remove(IDENTITY_KEY)]).catch(() => undefined)
    state.player = null
    showCode()
  }

  return {
    state: (): PlayerState => state,
    fault,
    /** Takes up where the page was left: with its token, or with a code on the screen. */
    async start() {
      const [known, player, volume, wallClock] = await Promise.all([
        token.load(),
        keep.get<PlayerIdentity>(IDENTITY_KEY).catch(() => null),
        keep.get<number>(VOLUME_KEY).catch(() => null),
        keep.get<WallClock>(WALL_CLOCK_KEY).catch(() => null),
        Promise.all([recent.load, reports.load, clock.load, music.load, files.open].map(load => load().catch(() => undefined))),
      ])
      if (volume !== null) setVolume(volume)
      void sounder.probe().then(() => {
        const locked = sounder.locked()
        state.sound = locked ? 'locked' : 'unlocked'
        const reloaded = store.getItem(RELOADED_KEY)
        if (reloaded && locked) store.setItem(RELOADED_KEY, 'Infinity')
        else if (reloaded === 'Infinity') store.removeItem(RELOADED_KEY)
        changed()
      })
      state.player = player
      state.wall_clock = wallClock
      if (known) await begin()
      else showCode()
      setInterval(() => {
        if (state.phase === 'paired') programme.look()
        music.look()
        changed()
      }, 1_000)
    },
    /** A key or a tap, handed on synchronously from its handler. */
    press() {
      sounder.unlock()
      if (state.connection === 'replaced') link.start()
    },
    /** One step louder (1) or softer (-1), shown for a moment. A screen that is not paired has nothing to be heard. */
    turn(direction: 1 | -1) {
      if (state.phase !== 'paired') return
      state.volume_shown = true
      clearTimeout(volumeTimer)
      volumeTimer = setTimeout(() => {
        state.volume_shown = false
        changed()
      }, VOLUME_SHOWN_MS)
      const steps = Math.round(state.volume / VOLUME_STEP) + direction
      setVolume(Math.round(Math.min(1, Math.max(0, steps * VOLUME_STEP)) * 100) / 100)
      untoldVolume = true
      clearTimeout(tellVolumeTimer)
      tellVolumeTimer = setTimeout(tellVolume, VOLUME_TOLD_AFTER_MS)
    },
    /** The page would have the whole screen, and has no way to it but a tap. */
    wantFullscreen(wanted: boolean) {
      fullscreenWanted = wanted
      changed()
    },
    wake: link.wake,
  }
}
