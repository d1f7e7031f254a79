import type { AirItem, PlayReport, ProgrammeItem, SkipReason } from '../../shared/protocol'
import type { Outcome, Sounder } from './audio'
import type { Clock } from './clock'
import type { Files, LoadedFile } from './files'
import { withLimit } from './http'
import type { Keep } from './keep'
import type { LevelProfile } from './level'
import { LONGEST_MS, levelHeard } from './level'
import type { Queue } from './queue'
import { EMPTY_QUEUE, expire, finish, hasExpired, next, offer, putBack, withdraw } from './queue'
import type { Recent } from './recent'
import type { Reports } from './reports'

export interface Heard { play_id: string, title: string, ended_at: string, heard_ms: number, level_db: number | null }

export interface AiringOptions {
  keep: Keep
  clock: Clock
  files: Files
  sounder: Sounder
  recent: Recent
  reports: Reports
  volume: () => number
  /** Clears the air of music. */
  hush: () => Promise<void>
  measure: (bytes: ArrayBuffer) => Promise<LevelProfile | null>
  /** Something about what is on air or waits has changed. */
  onChange: () => void
  /** A report waits to be sent. */
  onReport: () => void
}

const KEY = 'queue'
const LOOK_EVERY_MS = 1_000
const METER_LIMIT_MS = 1_000
const HEARD_SHOWN = 5

/** What is on air: takes messages, sounds them in their order, and sees to it that each ends in exactly one report. */
export function createAiring(options: AiringOptions) {
  const { keep, clock, files, sounder, recent, reports } = options
  let queue: Queue = EMPTY_QUEUE
  let startedAt: string | null = null
  /** Why the message on air has to go, once it has to. */
  let cut: SkipReason | null = null
  /** Ends the wait for the file of the message on air. */
  let abandon: () => void = () => undefined
  let onAir: Promise<void> = Promise.resolve()
  let heard: Heard[] = []
  let minGapMs = 0
  let maxDurationMs = 0
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

  function skip(item: AirItem, reason: SkipReason) {
    settle(item, { type: 'play_skipped', play_id: item.play_id, reason, at: iso(clock.now()) })
  }

  /** Resolves when the message is safe on the device, so that it need not be sent again. */
  async function accept(item: AirItem): Promise<void> {
    if (recent.has(item.play_id)) return
    const answer = offer(queue, item, clock.now())
    if (answer.outcome === 'known') {
      change(answer.queue)
      return save()
    }
    if (answer.outcome === 'refused') return skip(item, answer.reason)
    files.prepare(item)
    if (answer.outcome === 'cuts') clear('preempted')
    change(answer.queue)
    pump()
    return save()
  }

  /** Takes what is on air off it. */
  function clear(reason: SkipReason) {
    if (!queue.current || cut) return
    cut = reason
    sounder.stop()
    abandon()
  }

  function stop(playId: string | null) {
    const { queue: left, withdrawn } = withdraw(queue, playId)
    withdrawn.forEach(item => skip(item, 'stopped'))
    change(left)
    if (queue.current && (playId === null || queue.current.play_id === playId)) clear('stopped')
  }

  function look() {
    const { queue: left, expired } = expire(queue, clock.now())
    // a locked screen is not late by itself: the reason is that nobody let it sound
    expired.forEach(item => skip(item, sounder.locked() ? 'autoplay_blocked' : 'expired'))
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
    startedAt = null
    change(next(queue))
    onAir = air(item)
  }

  async function air(item: AirItem) {
    const reason = await sound(item).catch((): SkipReason => 'playback_failed')
    if (reason && reason !== 'blocked') skip(item, reason)
    if (startedAt) freeAt = clock.mono() + minGapMs
    startedAt = null
    change(reason === 'blocked' ? putBack(queue) : finish(queue))
    pump()
  }

  /** Sounds one message. Resolves with why it was not heard to its end, or null when it was. */
  async function sound(item: AirItem): Promise<SkipReason | 'blocked' | null> {
    let file: LoadedFile
    try {
      // an emergency does not wait for a slow download
      file = await Promise.race([files.load(item), new Promise<never>((_, reject) => abandon = () => reject(new Error('abandoned')))])
    }
    catch {
      return cut || 'file_missing'
    }
    // what was in time when its turn came is not late for the music's fading
    if (!cut && hasExpired(item, clock.now())) return 'expired'
    if (!cut && options.volume() === 0) return 'muted'
    await options.hush()
    if (cut) return cut
    let tooLong = false
    let limit: ReturnType<typeof setTimeout> | undefined
    let level: Promise<LevelProfile | null> = Promise.resolve(null)
    const outcome = await sounder.play(file.url, (positionMs) => {
      startedAt = iso(clock.now() - positionMs)
      recent.add(item.play_id).catch(() => undefined)
      tell(item, { type: 'play_started', play_id: item.play_id, started_at: startedAt })
      options.onChange()
      if (maxDurationMs) {
        limit = setTimeout(() => {
          tooLong = true
          sounder.stop()
        }, maxDurationMs)
      }
      if (item.duration_ms <= LONGEST_MS) level = file.bytes().then(options.measure).catch(() => null)
    })
    clearTimeout(limit)
    return conclude(item, tooLong && !cut && outcome.kind === 'stopped' ? { kind: 'ended', heard_ms: outcome.heard_ms } : outcome, () => withLimit(level, METER_LIMIT_MS, 'meter').catch(() => null))
  }

  async function conclude(item: AirItem, outcome: Outcome, profile: () => Promise<LevelProfile | null>): Promise<SkipReason | 'blocked' | null> {
    if (outcome.kind === 'blocked') return cut || 'blocked'
    if (outcome.kind === 'failed') return cut || 'playback_failed'
    if (outcome.kind === 'stopped') return cut || 'stopped'
    const endedAt = iso(clock.now())
    const measured = await profile()
    const level = measured && levelHeard(measured, outcome.heard_ms, options.volume())
    heard = [{ play_id: item.play_id, title: item.title, ended_at: endedAt, heard_ms: outcome.heard_ms, level_db: level }].concat(heard).slice(0, HEARD_SHOWN)
    await settle(item, {
      type: 'play_ended', play_id: item.play_id, started_at: startedAt || endedAt, ended_at: endedAt, heard_ms: outcome.heard_ms, level_db: level,
    })
    return null
  }

  let timer: ReturnType<typeof setInterval> | undefined

  return {
    accept,
    stop,
    /** Silence between two announcements, and where a long one ends (0: nowhere). */
    setRules(min_gap_ms: number, max_duration_ms: number) {
      minGapMs = min_gap_ms
      maxDurationMs = max_duration_ms
    },
    busy: () => !!queue.current || queue.waiting.length > 0,
    /** To be called when the sound has been unlocked. */
    pump,
    /** Takes up what was held when the page ended; what was on air then is reported, never begun again. */
    async restore() {
      const held = await keep.get<AirItem[]>(KEY).catch(() => null)
      clearInterval(timer)
      timer = setInterval(look, LOOK_EVERY_MS)
      for (const item of held || []) {
        const told = reports.waiting().some(report => report.play_id === item.play_id && report.type !== 'play_started')
        if (!recent.has(item.play_id)) await accept(item).catch(() => undefined)
        else if (!told) skip(item, 'playback_failed')
      }
    },
    /** Forgets everything without a report: there is nobody left to report to. */
    async reset() {
      clearInterval(timer)
      clearTimeout(gapTimer)
      const held = queue
      queue = { current: queue.current, waiting: [] }
      held.waiting.forEach(files.release)
      clear('unpaired')
      await onAir
      heard = []
      await keep.remove(KEY)
    },
    view: () => ({
      item: queue.current,
      started_at: startedAt,
      position_ms: sounder.positionMs(),
      queue_length: queue.waiting.length,
      heard,
    }),
  }
}
