import type { AirItem, PlayReport, ProgrammeItem, SkipReason } from '../../shared/protocol'
import type { Sounder } from './audio'
import type { Clock } from './clock'
import type { Settings } from './dayparts'
import type { Files, LoadedFile } from './files'
import type { Hearing } from './hearing'
import { pause } from './http'
import type { Keep } from './keep'
import type { Queue } from './queue'
import { EMPTY_QUEUE, expire, finish, hasExpired, next, offer, putBack, withdraw } from './queue'
import type { Recent } from './recent'
import type { Reports } from './reports'

export interface Heard { play_id: string, title: string, ended_at: string, heard_ms: number, level_db: number | null }

export interface AiringOptions {
  keep: Keep
  clock: Clock
  files: Files
  sounder: Pick<Sounder, 'locked'>
  hearing: Hearing
  recent: Recent
  reports: Reports
  /** Something about what is on air or waits has changed. */
  onChange: () => void
  /** A report waits to be sent. */
  onReport: () => void
}

const KEY = 'queue'
const PROGRESS_KEY = 'progress'
const LOOK_EVERY_MS = 1_000
const HEARD_SHOWN = 5
const NEVER = '9999-12-31T00:00:00Z'
/** Between one time and the next of a message that is repeated. */
const REPEAT_AFTER_MS = 1_500
/** One that has to be heard until somebody stops it is tried so often in a row. */
const ATTEMPTS = 5

/** Why a message ends before its time, and who or what wants that. */
interface Cut { reason: SkipReason, by?: string }

/** What has been heard of the message on air. */
interface Progress {
  play_id: string
  /** When it began. */
  started_at: string
  /** How often it was heard to its end. */
  times: number
  heard_ms: number
  level_db: number | null
}

/** What is on air: takes messages, sounds them in their order, and sees to it that each ends in exactly one report. */
export function createAiring(options: AiringOptions) {
  const { keep, clock, files, sounder, hearing, recent, reports } = options
  let queue: Queue = EMPTY_QUEUE
  let progress: Progress | null = null
  /** Why the message on air has to go, once it has to. */
  let cut: Cut | null = null
  /** Ends what the message on air waits for. */
  let abandon: () => void = () => undefined
  let onAir: Promise<void> = Promise.resolve()
  let heard: Heard[] = []
  let rules: Partial<Settings> = {}
  /** Until then the music waits, by the page's clock. */
  let quietUntil = 0
  /** When the next announcement may begin, by the page's clock. */
  let freeAt = 0
  let gapTimer: ReturnType<typeof setTimeout> | undefined

  const iso = (ms: number) => new Date(ms).toISOString()
  const save = () => keep.set(KEY, queue.current ? [queue.current].concat(queue.waiting) : queue.waiting)

  function change(to: Queue) {
    if (to === queue) return
    queue = to
    save().catch(() => undefined)
    options.onChange()
  }

  /** The end of a message. Writes are kept in order by the device, so the report is safe before the message leaves it. */
  function settle(item: AirItem, report: PlayReport) {
    files.release(item)
    recent.add(item.play_id).catch(() => undefined)
    tell(item, report)
  }

  /** Reports about an occurrence say of which schedule: the server need not have a row for it. */
  function tell(item: AirItem | ProgrammeItem, report: PlayReport) {
    if ('due_at' in item) report.occurrence = { schedule_id: item.schedule_id, due_at: item.due_at, audio_id: item.audio_id, sha256: item.sha256 }
    reports.add(report).catch(() => undefined)
    options.onReport()
  }

  function skip(item: AirItem, { reason, by }: Cut, times = 0) {
    settle(item, Object.assign({ type: 'play_skipped' as const, play_id: item.play_id, reason, at: iso(clock.now()) }, by && { by: by.slice(0, 300) }, times && { repeats: times }))
  }

  /** Resolves when the message is safe on the device, so that it need not be sent again. */
  async function accept(item: AirItem): Promise<void> {
    if (!recent.has(item.play_id)) return take(item)
  }

  async function take(item: AirItem): Promise<void> {
    const answer = offer(queue, item, clock.now())
    if (answer.outcome === 'known') {
      change(answer.queue)
      return save()
    }
    if (answer.outcome === 'refused') return skip(item, answer)
    files.prepare(item)
    if (answer.outcome === 'cuts') clear({ reason: 'preempted', by: item.title })
    change(answer.queue)
    pump()
    return save()
  }

  /** Takes what is on air off it. */
  function clear(why: Cut) {
    if (!queue.current || cut) return
    cut = why
    hearing.stop()
    abandon()
  }

  /**
   * Stops one message, or all: what is on air and what waits for it.
   * @param by the name of who wants it
   */
  function stop(playId: string | null, by?: string) {
    const why: Cut = { reason: 'stopped', by }
    const { queue: left, withdrawn } = withdraw(queue, playId)
    withdrawn.forEach(item => skip(item, why))
    change(left)
    if (queue.current && (playId === null || queue.current.play_id === playId)) clear(why)
  }

  /** What waits of a programme, and is not in the one that is in force now, has been taken off the calendar. */
  function keepOnly(items: readonly ProgrammeItem[]) {
    queue.waiting.forEach((item) => {
      if ('due_at' in item && !items.some(other => other.play_id === item.play_id)) stop(item.play_id)
    })
  }

  function look() {
    const { queue: left, expired } = expire(queue, clock.now())
    // a locked screen is not late by itself: the reason is that nobody let it sound
    expired.forEach(item => skip(item, { reason: sounder.locked() ? 'autoplay_blocked' : 'expired' }))
    change(left)
    pump()
  }

  function pump() {
    if (queue.current || sounder.locked()) return
    const item = next(queue).current
    if (!item) return
    clearTimeout(gapTimer)
    const wait = item.priority === 'emergency' ? 0 : freeAt - clock.mono()
    if (wait > 0) {
      gapTimer = setTimeout(pump, Math.ceil(wait))
      return
    }
    cut = null
    if (progress && progress.play_id !== item.play_id) progress = null
    change(next(queue))
    onAir = air(item)
  }

  async function air(item: AirItem) {
    const end = await sound(item).catch((): Cut => ({ reason: 'playback_failed' }))
    if (end !== 'blocked') conclude(item, end)
    if (progress) {
      freeAt = clock.mono() + (rules.min_gap_ms || 0)
      quietUntil = clock.mono() + (rules.post_silence_ms || 0)
      if (rules.post_silence_ms) setTimeout(options.onChange, rules.post_silence_ms)
    }
    if (end !== 'blocked') note(null)
    change(end === 'blocked' ? putBack(queue) : finish(queue))
    pump()
  }

  /** What one time of it came to is kept, where there are to be more: the page may end in the middle. */
  function note(so: Progress | null) {
    const kept = so || progress
    progress = so
    if (kept && queue.current && (queue.current.repeat! > 1 || queue.current.until_stopped)) keep.set(PROGRESS_KEY, so).catch(() => undefined)
  }

  /** Sounds one message as often as it is to be heard. Resolves with why that was not to be, or null when it was. */
  async function sound(item: AirItem): Promise<Cut | 'blocked' | null> {
    const gone = new Promise<void>(resolve => abandon = resolve)
    // an emergency does not wait for a slow download
    const file = await Promise.race([files.load(item), gone]).catch(() => null)
    if (!file) return cut || { reason: 'file_missing' }
    // what was in time when its turn came is not late for the music's fading
    if (!cut && hasExpired(item, clock.now())) return { reason: 'expired' }
    for (let failures = 0; !cut;) {
      const endless = item.until_stopped
      const kind = hearing.volume(item) === 0 ? 'muted' : await once(item, file)
      if (kind === 'blocked') return cut || kind
      if (kind === 'ended' && !endless && progress!.times >= (item.repeat || 1)) return null
      failures = kind === 'failed' ? failures + 1 : 0
      if (failures === (endless ? ATTEMPTS : 1)) return cut || { reason: 'playback_failed' }
      // what is to be heard until somebody stops it waits for whoever mutes it, and goes on
      if (!endless && (kind === 'muted' || kind === 'stopped')) return cut || { reason: kind }
      if (!cut) await Promise.race([pause(REPEAT_AFTER_MS), gone])
    }
    return cut
  }

  /** Sounds it one time. What was too long counts as heard. */
  async function once(item: AirItem, file: LoadedFile) {
    let tooLong = false
    let limit: ReturnType<typeof setTimeout> | undefined
    const heardNow = await hearing.hear(item, file, () => !!cut, (positionMs) => {
      if (!progress) begin(item, iso(clock.now() - positionMs))
      clearTimeout(limit)
      if (!rules.max_duration_ms) return
      limit = setTimeout(() => {
        tooLong = true
        hearing.stop()
      }, rules.max_duration_ms)
    })
    clearTimeout(limit)
    const kind = tooLong && !cut && heardNow.kind === 'stopped' ? 'ended' : heardNow.kind
    if (progress && 'heard_ms' in heardNow) {
      note(Object.assign({}, progress, {
        times: progress.times + (kind === 'ended' ? 1 : 0),
        heard_ms: progress.heard_ms + heardNow.heard_ms,
        level_db: heardNow.level_db === null ? progress.level_db : heardNow.level_db,
      }))
    }
    return kind
  }

  function begin(item: AirItem, started_at: string) {
    note({ play_id: item.play_id, started_at, times: 0, heard_ms: 0, level_db: null })
    recent.add(item.play_id).catch(() => undefined)
    tell(item, { type: 'play_started', play_id: item.play_id, started_at })
    options.onChange()
  }

  /** The one report at the end. */
  function conclude(item: AirItem, end: Cut | null) {
    const { times = 0, started_at = '', heard_ms = 0, level_db = null } = progress || {}
    // to be stopped is the end that it was sent for
    const served = !end || (item.until_stopped && end.reason === 'stopped' && times > 0)
    if (!served) return skip(item, end, times)
    const ended_at = iso(clock.now())
    heard = [{ play_id: item.play_id, title: item.title, ended_at, heard_ms, level_db }].concat(heard).slice(0, HEARD_SHOWN)
    settle(item, Object.assign({ type: 'play_ended' as const, play_id: item.play_id, started_at, ended_at, heard_ms, level_db }, times > 1 && { repeats: times }))
  }

  let timer: ReturnType<typeof setInterval> | undefined

  return {
    accept,
    stop,
    keepOnly,
    /** Stops what is on air, and nothing else. */
    stopCurrent: (by?: string) => clear({ reason: 'stopped', by }),
    /** Nothing is to be heard from now on: what is on air ends as muted. */
    mute(by?: string) {
      if (queue.current && queue.current.until_stopped) hearing.stop()
      else clear({ reason: 'muted', by })
    },
    setRules(settings: Partial<Settings>) {
      rules = settings
      hearing.setRules(settings)
    },
    busy: () => !!queue.current || queue.waiting.length > 0 || clock.mono() < quietUntil,
    /** To be called when the sound has been unlocked. */
    pump,
    /** Takes up what was held when the page ended; what was on air then is reported, never begun again. */
    async restore() {
      const held = await keep.get<AirItem[]>(KEY).catch(() => null)
      clearInterval(timer)
      timer = setInterval(look, LOOK_EVERY_MS)
      const kept = await keep.get<Progress>(PROGRESS_KEY).catch(() => null)
      for (const item of held || []) {
        const told = reports.waiting().some(report => report.play_id === item.play_id && report.type !== 'play_started')
        const before = kept && kept.play_id === item.play_id ? kept : null
        if (!recent.has(item.play_id)) await accept(item).catch(() => undefined)
        else if (told) continue
        else if (!item.until_stopped) skip(item, { reason: 'playback_failed' }, before ? before.times : 0)
        else {
          // whoever stops it is not there yet: it goes on
          progress = before
          await take(Object.assign({}, item, { expires_at: NEVER })).catch(() => undefined)
        }
      }
    },
    /** Forgets everything without a report: there is nobody left to report to. */
    async reset() {
      clearInterval(timer)
      clearTimeout(gapTimer)
      const held = queue
      queue = { current: queue.current, waiting: [] }
      held.waiting.forEach(files.release)
      clear({ reason: 'unpaired' })
      await onAir
      heard = []
      await keep.remove(KEY)
    },
    view: () => ({
      item: queue.current,
      started_at: progress && progress.started_at,
      position_ms: hearing.positionMs(),
      queue_length: queue.waiting.length,
      heard,
    }),
  }
}
