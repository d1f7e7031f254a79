import type { AirItem, PlayerStatus, Programme, ProgrammeItem } from '../../shared/protocol'
import type { Clock } from './clock'
import { beginsAt, isAirItem } from './contract'
import type { Files, Sound } from './files'
import type { Keep } from './keep'
import type { Recent } from './recent'

export interface ProgrammeOptions {
  keep: Keep
  clock: Clock
  files: Files
  recent: Recent
  /** An occurrence is due, or overdue. */
  air: (item: AirItem) => Promise<void>
  /** False while this very player is open on another screen. */
  allowed: () => boolean
  /** Begins to clear the air for what is due when that is done. */
  hush: () => void
  /** How long that takes at present, ms. */
  hushMs: () => number
  /** Asks the server; null when it has nothing new. */
  ask: (version: string) => Promise<Programme | null>
  /** A programme is in force. */
  onTake: (programme: Programme) => void
}

const KEY = 'programme'
/** Before it is due, an occurrence's file lies ready on the element's doorstep. */
const PREPARE_MS = 15_000
/** From here on a timer of its own waits for the instant: the look once a second is too coarse. */
const CLOSE_MS = 2_500
const ASK_EVERY_MS = 600_000
const DAY_MS = 86_400_000
/** A grace of nothing is still this much: no timer is exact. */
const LEAST_GRACE_MS = 1_000

/** Looked at every second, with its instant read once. */
interface Ahead { item: ProgrammeItem, due: number }
/** What is needed today changes no faster than this, unless the programme does. */
const NEED_EVERY_MS = 60_000

/** The programme on this device: kept, asked for, and aired at its instants. */
export function createProgramme(options: ProgrammeOptions) {
  const { keep, clock, files, recent } = options
  let programme: Programme | null = null
  /** What has not been due yet, the next first. */
  let ahead: Ahead[] = []
  /** The files of the next 24 hours. */
  let needed: string[] = []
  let neededAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  let askAt = Infinity
  let asking = false

  /** Those of the music are named by their track: there is never a play of them. */
  const tracks = (): Sound[] => programme ? programme.music.map(({ track_id, url, sha256 }) => ({ play_id: track_id, url, sha256 })) : []

  function put(given: Programme) {
    programme = given
    // what became due while the clock was not sure has no place in the new one, and yet an end to be told of
    const now = clock.now()
    const overdue = options.allowed() ? ahead.filter(({ item, due }) => due <= now && !given.items.some(other => other.play_id === item.play_id)).map(({ item }) => item) : []
    ahead = given.items.concat(overdue).filter(item => !recent.has(item.play_id)).map((item, place) => ({ item, due: Date.parse(beginsAt(item)), place }))
      // what is due at once stays in the server's order, which older engines do not see to
      .sort((a, b) => a.due - b.due || a.place - b.place)
    neededAt = -Infinity
    files.want(ahead.map(({ item }): Sound => item).concat(tracks()))
    options.onTake(given)
    look()
  }

  /** The programme that the server has now. An older one that comes late changes nothing. */
  function take(given: Programme) {
    askAt = clock.mono() + ASK_EVERY_MS
    // what became due under the old one keeps its place
    look()
    const sane = Array.isArray(given.items) && Array.isArray(given.music) && !isNaN(Date.parse(given.server_time))
    const stale = programme && given.server_time < programme.server_time && Date.parse(programme.server_time) < clock.now() + 60_000
    if (!sane || stale || (programme && given.version === programme.version)) return
    const items = given.items.filter(item => isAirItem(item) && !isNaN(Date.parse(beginsAt(item))) && item.grace_s >= 0)
    const fit = Object.assign({}, given, { items })
    keep.set(KEY, fit).catch(() => undefined)
    put(fit)
  }

  function ask() {
    if (asking || clock.mono() < askAt) return
    asking = true
    // an answer that does not come is asked for again before long
    askAt = clock.mono() + 30_000
    options.ask(programme ? programme.version : '').then((given) => {
      askAt = clock.mono() + ASK_EVERY_MS
      if (given) take(given)
    }).catch(() => undefined).then(() => {
      asking = false
    })
  }

  /** Airs what is due, and waits for what is due next. */
  function look() {
    clearTimeout(timer)
    if (!clock.look() || !options.allowed()) return
    const now = clock.now()
    while (ahead[0] && ahead[0].due <= now) {
      const { item, due } = ahead[0]
      ahead = ahead.slice(1)
      const until = Math.max(LEAST_GRACE_MS, Math.min(item.grace_s * 1000, Date.parse(item.expires_at) - due))
      const words = item.words || (programme && programme.words && programme.words[item.sha256])
      options.air(Object.assign({}, item, words && { words }, { expires_at: new Date(due + until).toISOString() })).catch(() => undefined)
    }
    for (const { item, due } of ahead) {
      if (due - now > PREPARE_MS) break
      files.prepare(item)
    }
    if (!ahead[0]) return
    const left = ahead[0].due - now
    const fade = options.hushMs()
    if (left <= fade) options.hush()
    if (left <= CLOSE_MS + fade) timer = setTimeout(look, Math.ceil(left > fade ? left - fade : left))
  }

  return {
    take,
    look() {
      look()
      ask()
    },
    /** The server can be reached: it is asked by and by, not by all screens at once, unless it tells first. */
    reached: (withinMs = 5_000) => void (askAt = Math.min(askAt, clock.mono() + 1_000 + Math.random() * (withinMs - 1_000))),
    /** Has it sent anew, though the server may think that it is known here; what is known airs until then. */
    renew() {
      if (programme) programme = Object.assign({}, programme, { version: '' })
      askAt = 0
      ask()
    },
    version: () => programme ? programme.version : null,
    /** Whether the air has to be clear now for what is due at once. */
    imminent: () => !!ahead[0] && ahead[0].due - clock.now() <= options.hushMs() + 1_000,
    next: () => ahead[0] ? ahead[0].item : null,
    inventory(): PlayerStatus['files'] {
      if (!programme) return undefined
      if (clock.mono() - neededAt > NEED_EVERY_MS) {
        const until = clock.now() + DAY_MS
        neededAt = clock.mono()
        needed = Array.from(new Set(ahead.filter(({ due }) => due < until).map(({ item }): Sound => item).concat(tracks()).map(sound => sound.sha256)))
      }
      return { needed_today: needed.length, ready_today: needed.filter(files.ready).length, bytes: files.bytes() }
    },
    load: () => keep.get<Programme>(KEY).then(kept => kept && !programme && put(kept)),
    clear() {
      clearTimeout(timer)
      programme = null
      ahead = []
      askAt = Infinity
      return keep.remove(KEY)
    },
  }
}
