import type { FaultKind, PendingItem, PlayerFeature, PlayerIdentity, PlayerStatus, Programme, ServerToPlayer, WallClock } from '../../shared/protocol'
import { createAiring } from './airing'
import { createSounder } from './audio'
import { createClock } from './clock'
import { createCommands } from './commands'
import { PROTOCOL, beginsAt } from './contract'
import { createDevice } from './device'
import { createFaults } from './faults'
import { createFiles } from './files'
import { createHearing } from './hearing'
import { ApiError, createApi, saysUnpaired } from './http'
import { say } from './identify'
import type { Keep, TextStore } from './keep'
import type { LevelProfile } from './level'
import { createLink } from './link'
import { createLook } from './look'
import { createMusic } from './music'
import { createPairing } from './pairing'
import { createProgramme } from './programme'
import { createRecent } from './recent'
import { createReloads } from './reloads'
import { createReports } from './reports'
import { pictureOf } from './screenshot'
import type { PlayerState } from './state'
import { initialState } from './state'
import { createTalkOver } from './talk-over'
import { createTelling } from './telling'
import { createTokenStore } from './token'
import { createVoice } from './voice'
import { createWakeLock } from './wake-lock'
import { createWatchdog } from './watchdog'

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

type Welcome = Extract<ServerToPlayer, { type: 'welcome' }>

const IDENTITY_KEY = 'identity'
const VOLUME_KEY = 'volume'
const MUTED_KEY = 'muted'
const WALL_CLOCK_KEY = 'wall_clock'
const FEATURES: PlayerFeature[] = ['command', 'fault', 'token']
const IDENTIFY_MS = 10_000
/** Without a socket there is nobody to say that the programme has changed. */
const ASK_BY_HTTP_EVERY_MS = 60_000
/** So long before something is due, nothing is begun that would disturb it. */
const IDLE_BEFORE_MS = 60_000
const NIGHT_BEFORE_MS = 600_000
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
  const faults = createFaults({
    keep,
    now: clock.now,
    onNote({ kind, detail, recovery }) {
      state.errors = state.errors.concat(`${kind}: ${detail}${recovery ? ` (${recovery})` : ''}`.slice(0, 200)).slice(-ERRORS_KEPT)
      link.flush()
      changed()
    },
  })
  const reloads = createReloads(store, clock.now, options.reload)
  const files = createFiles({ origin, keep, token: token.get, onRefused: refused, fault: faults.note })
  const look = createLook({
    origin, keep,
    token: token.get,
    onChange(shown) {
      state.look = shown
      changed()
    },
  })
  const device = createDevice(() => clock.now() - clock.mono())
  const sounder = createSounder(options.element, {
    silence: options.silence,
    onFault: faults.note,
    onHang: reloads.begin,
    onLock(locked) {
      state.sound = locked ? 'locked' : 'unlocked'
      changed()
      if (locked) return
      airing.pump()
      goOn()
    },
  })
  const elsewhere = () => link.connection() === 'replaced'
  const music = createMusic({
    keep, files, sounder,
    busy: () => state.muted || talkOver.due() || airing.busy() || programme.imminent() || elsewhere(),
    onChange: changed,
  })
  const voice = createVoice()
  const talkOver = createTalkOver({
    keep, sounder, voice,
    silence: options.silence,
    engine: `${options.version} ${navigator.userAgent}`,
    busy: () => airing.busy() || !!music.track(),
    onChange() {
      changed()
      music.look()
    },
  })
  const hearing = createHearing({
    clock, files, sounder, music, voice, talkOver,
    volume: () => state.muted ? 0 : state.volume,
    measure: options.measure,
  })
  const airing = createAiring({
    keep, clock, files, sounder, hearing, recent, reports,
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
    hush: () => hearing.makeWay(programme.next()),
    hushMs: () => hearing.leadMs(programme.next()),
    onTake({ items, music: tracks, server_time, settings }) {
      airing.keepOnly(items)
      music.set(tracks, settings)
      if (!settings) return
      airing.setRules(settings)
      setWallClock(settings.wall_clock)
      state.captions = settings.captions !== false
      look.set(settings.look)
      state.open = settings.open || null
      state.open_known_until = Date.parse(server_time) + REACH_MS
    },
  })
  const link = createLink({
    origin, api, clock, reports, faults,
    token: token.get,
    hello: () => ({
      type: 'hello', protocol: PROTOCOL, version: options.version, status: status(), features: FEATURES, programme_version: programme.version() || undefined,
    }),
    onWelcome: welcome,
    onPolled: settle,
    onMessage: obey,
    commands: {
      waiting: () => commands.waiting(),
      told: answers => commands.told(answers),
    },
    volume: {
      untold: () => untoldVolume ? state.volume : undefined,
      told: volume => void (untoldVolume = untoldVolume && state.volume !== volume),
    },
    onItems: hold,
    doubtful: token.doubtful,
    onTaken: token.proved,
    onRefused: refused,
    onChange: changed,
    onSocketless() {
      // the server answers, so the page would come back; perhaps with a socket
      if (!quietFor(IDLE_BEFORE_MS) || !reloads.mayForSocket()) return
      faults.note('socket_silent', 'no socket for 30 min', 'reload', true)
      reloads.begin()
    },
  })
  const pairing = createPairing({
    api,
    screen: () => device().screen,
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

  const commands = createCommands({
    keep,
    now: clock.now,
    send: link.send,
    reload: options.reload,
    actions: {
      set_volume({ volume }) {
        if (volume === undefined) throw new Error('no volume')
        chooseVolume(volume)
        return {}
      },
      mute({ by }) {
        setMuted(true, by)
        return {}
      },
      unmute() {
        setMuted(false)
        return {}
      },
      stop({ by }) {
        if (!airing.view().item) return { detail: 'nothing on air' }
        airing.stopCurrent(by)
        return {}
      },
      stop_all({ by }) {
        airing.stop(null, by)
        return {}
      },
      identify: async () => ({ detail: await identify() ? 'shown and spoken' : 'shown' }),
      clear_cache: async () => {
        await files.renew()
        programme.renew()
        return {}
      },
      screenshot: () => ({ result: pictureOf(state) }),
    },
  })
  const telling = createTelling(status, clock.mono, current => link.send({ type: 'status', status: current }))
  const wakeLock = createWakeLock(faults.note)
  const quietFor = (ms: number) => !airing.busy() && !(programme.next() && Date.parse(beginsAt(programme.next()!)) - clock.now() < ms)
  const watchdog = createWatchdog({
    clock,
    fault: faults.note,
    idle: () => quietFor(IDLE_BEFORE_MS),
    night() {
      const { files: held, open } = state
      const now = clock.now()
      return state.connected && !!held && held.ready_today === held.needed_today && quietFor(NIGHT_BEFORE_MS)
        && !!open && now < state.open_known_until && !open.some(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to))
    },
    reload: reloads.begin,
    onSlept() {
      link.renew()
      programme.reached()
    },
    onSet: link.measure,
  })

  let fullscreenWanted = false
  let identifyTimer: ReturnType<typeof setTimeout> | undefined
  let volumeTimer: ReturnType<typeof setTimeout> | undefined
  let tellVolumeTimer: ReturnType<typeof setTimeout> | undefined
  /** Chosen here, and the server has not heard of it. */
  let untoldVolume = false

  function status(): PlayerStatus {
    const air = airing.view()
    refresh()
    return Object.assign(device(), {
      sound: state.sound === 'unlocked' ? 'unlocked' : 'locked',
      state: air.started_at ? 'playing' : 'idle',
      play_id: air.item ? air.item.play_id : null,
      position_ms: air.started_at ? air.position_ms : null,
      volume: state.volume,
      clock_offset_ms: clock.offsetMs(),
      queue_length: air.queue_length,
      errors: state.errors,
      files: state.files || undefined,
      muted: state.muted,
      talk_over: talkOver.ability(),
      music: state.music,
      next: state.next,
      programme_version: programme.version(),
      synced_at: state.synced_at,
      waits_for_tap: state.waits_for_tap,
      storage: state.storage || undefined,
    } as const) as PlayerStatus
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
    state.next = next && { title: next.title, due_at: beginsAt(next) }
    const track = music.track()
    state.music = track && (track.title || '')
    state.files = programme.inventory() || null
    state.heard = heard
    state.time = clock.now()
    state.clock_offset_ms = clock.offsetMs()
    state.unreported = reports.waiting().length
    const synced = clock.syncedAt()
    state.synced_at = synced === null ? null : new Date(synced).toISOString()
    state.storage = files.storage() || null
  }

  function changed() {
    refresh()
    if (state.connected) telling.look()
    options.onChange(state)
  }

  /** The sound is free: it shows once whether it can be talked over, and then the music plays. */
  function goOn() {
    if (state.sound !== 'unlocked') return
    void talkOver.test()
    music.look()
  }

  /** Something that no watchdog knows a help for. */
  const fault = (what: string, kind: FaultKind = 'page_error') => faults.note(kind, what, null, false)

  /** The server did not take a token. One answer is no reason to forget anything: only what it says of every token that is here. */
  function refused(used: string, error: unknown) {
    if (state.phase !== 'paired' || used !== token.get()) return
    if (token.refused(used, saysUnpaired(error))) link.renew()
    else if (saysUnpaired(error)) void unpair()
  }

  async function ask(version: string): Promise<Programme | null> {
    const bearer = token.get() || ''
    try {
      return await api.send<Programme>('GET', '/api/v1/player/programme', { bearer, etag: version && `"${version}"` })
    }
    catch (error) {
      if (error instanceof ApiError && error.status === 401) refused(bearer, error)
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
    hearing.setVolume()
    keep.set(VOLUME_KEY, volume).catch(() => undefined)
    changed()
  }

  /** The server's word counts for more than what was chosen here before. */
  function chooseVolume(volume: number) {
    untoldVolume = false
    clearTimeout(tellVolumeTimer)
    setVolume(volume)
  }

  function setMuted(muted: boolean, by?: string) {
    state.muted = muted
    if (muted) {
      airing.mute(by)
      void music.hush()
    }
    else goOn()
    keep.set(MUTED_KEY, muted).catch(() => undefined)
    changed()
  }

  function tellVolume() {
    untoldVolume = !link.send({ type: 'volume_changed', volume: state.volume })
  }

  function know(player: PlayerIdentity) {
    state.player = player
    keep.set(IDENTITY_KEY, player).catch(() => undefined)
  }

  /** The server has said who this is and how it is set. */
  function settle({ player, settings: { wall_clock, look: looks, muted, volume } }: Welcome) {
    know(player)
    setWallClock(wall_clock)
    look.set(looks)
    if (muted !== undefined && muted !== state.muted) setMuted(muted)
    if (!untoldVolume && volume !== state.volume) setVolume(volume)
  }

  function welcome(message: Welcome) {
    reloads.hasSocket()
    telling.again()
    settle(message)
    files.wake()
    programme.reached()
    if (untoldVolume) tellVolume()
    commands.answer()
    changed()
  }

  function obey(message: ServerToPlayer) {
    switch (message.type) {
      case 'air':
        return void airing.accept(message.item).then(() => link.send({ type: 'ack', play_id: message.item.play_id }), () => fault('a message could not be kept'))
      case 'reported': return reports.confirm(message.play_id, message.report)
      case 'programme': return programme.take(message.programme)
      case 'stop': return airing.stop(message.play_id, message.by)
      case 'command': return void commands.take(message)
      case 'token':
        return void token.replace(message.token).then(() => link.send({ type: 'token_kept' }), () => fault('a token could not be kept', 'storage_full'))
      case 'noted': return faults.noted(message.fault_id)
      case 'set_volume': return chooseVolume(message.volume)
      case 'identify': return void identify()
      case 'reload': return options.reload()
      case 'unpaired': return void unpair()
      case 'error': return fault(`server: ${message.code}`)
    }
  }

  async function hold(items: PendingItem[]): Promise<string[]> {
    const held: string[] = []
    programme.reached(ASK_BY_HTTP_EVERY_MS)
    for (const item of items) {
      // what is due soon is in the programme too, which knows when
      if (!item.due_at) await airing.accept(item).then(() => held.push(item.play_id), () => undefined)
    }
    return held
  }

  /** Shows and says whose screen it is. Resolves with whether it was said. */
  function identify(): Promise<boolean> {
    const { player } = state
    state.identifying = true
    clearTimeout(identifyTimer)
    identifyTimer = setTimeout(() => {
      state.identifying = false
      changed()
    }, IDENTIFY_MS)
    changed()
    return player ? say(`${player.name}. ${player.store_name}.`, document.documentElement.lang, state.volume) : Promise.resolve(false)
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
    await Promise.all([reports, recent, files, faults, commands, look].map(each => each.clear().catch(() => undefined)))
    await keep.remove(IDENTITY_KEY).catch(() => undefined)
    state.muted = false
    state.player = null
    showCode()
  }

  return {
    state: (): PlayerState => state,
    /** Of what is on air at this very moment, ms: the state tells it once a second. */
    positionMs: () => airing.view().position_ms,
    fault,
    /** Takes up where the page was left: with its token, or with a code on the screen. */
    async start() {
      const [known, player, volume, wallClock, muted] = await Promise.all([
        token.load(),
        keep.get<PlayerIdentity>(IDENTITY_KEY).catch(() => null),
        keep.get<number>(VOLUME_KEY).catch(() => null),
        keep.get<WallClock>(WALL_CLOCK_KEY).catch(() => null),
        keep.get<boolean>(MUTED_KEY).catch(() => null),
        Promise.all([recent.load, reports.load, faults.load, commands.load, clock.load, music.load, talkOver.load, look.load, files.open].map(load => load().catch(() => undefined))),
      ])
      if (volume !== null) setVolume(volume)
      if (muted) setMuted(true)
      void sounder.probe().then(() => {
        const locked = sounder.locked()
        state.sound = locked ? 'locked' : 'unlocked'
        reloads.cameBack(locked)
        if (!locked) void voice.wake()
        changed()
      })
      state.player = player
      state.wall_clock = wallClock
      if (known) await begin()
      else showCode()
      setInterval(() => {
        // before anything else looks at the clock
        watchdog.look()
        wakeLock.look()
        if (state.phase === 'paired') programme.look()
        hearing.expect(programme.next())
        goOn()
        changed()
      }, 1_000)
    },
    /** A key or a tap, handed on synchronously from its handler. */
    press() {
      sounder.unlock()
      void voice.wake()
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
