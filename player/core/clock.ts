import type { Keep } from './keep'

/** The server's time on a device whose own clock may be wrong, stepped or asleep. */
export interface Clock {
  /** The server's time, ms since 1970; the device's own as long as the server has never said anything. */
  now: () => number
  /** A clock of this page that only goes forward, ms: what `ping.t` carries. */
  mono: () => number
  /** Server minus device, ms; null before the first exchange of all. */
  offsetMs: () => number | null
  /** One exchange: when the question left (by {@link Clock.mono}) and the time that the answer carried. */
  learn: (sentAt: number, serverTime: string) => void
  /** There was a gap: the device slept, or somebody has set its clock. @returns by how much it was set, ms; 0: it slept */
  slept: () => number
  /** Once a second: keeps what is known. False for a moment after a sleep, in which the server had better be asked. */
  look: () => boolean
  /** When the server last answered, by its own clock, ms, also to a page of before; null: never. */
  syncedAt: () => number | null
  /** Takes up what was known when the page ended. */
  load: () => Promise<void>
}

interface Sample { offset: number, delay: number }
interface Kept { ahead_ms: number, seen: number, synced?: number | null }

/** Exchanges looked back at: the one with the shortest way says the truth, whatever the others met on theirs. */
const KEPT = 8
const KEY = 'clock'
const SAVE_EVERY_MS = 60_000
const HOUR_MS = 3_600_000
const UNSURE_MS = 10_000
/** A smaller difference is nobody's doing. */
const SURE_MS = 2_000

/** A clock kept in step by a minimum-delay filter over the latest exchanges. */
export function createClock(keep?: Keep): Clock {
  const mono = () => performance.now()
  let samples: Sample[] = []
  /** Server minus monotonic clock. */
  let offset: number | null = null
  /** Wall minus monotonic clock when the offset was learnt. */
  let lead = Date.now() - mono()
  let unsureUntil = 0
  let saved: Kept | null = null
  let synced: number | null = null
  let syncedBefore: number | null = null

  const syncedAt = () => synced === null || offset === null ? syncedBefore : synced + offset

  const now = () => offset === null ? Date.now() : mono() + offset

  function save() {
    const known = { ahead_ms: now() - Date.now(), seen: now(), synced: syncedAt() }
    if (!keep || offset === null || (saved && Math.abs(saved.ahead_ms - known.ahead_ms) < 20 && known.seen - saved.seen < SAVE_EVERY_MS)) return
    saved = known
    keep.set(KEY, known).catch(() => undefined)
  }

  return {
    mono,
    now,
    offsetMs: () => offset === null ? null : Math.round(now() - Date.now()),
    learn(sentAt, serverTime) {
      const server = Date.parse(serverTime)
      const received = mono()
      const delay = received - sentAt
      if (isNaN(server) || !(delay >= 0)) return
      const latest = { offset: server + delay / 2 - received, delay }
      // each exchange proves the truth to within half its way; where two proofs exclude each other, a clock has jumped between them
      samples = samples.filter(sample => Math.abs(sample.offset - latest.offset) <= (sample.delay + delay) / 2 + 20).concat(latest).slice(-KEPT)
      offset = samples.reduce((best, sample) => sample.delay < best.delay ? sample : best).offset
      lead = Date.now() - received
      unsureUntil = 0
      synced = received
    },
    slept() {
      const jump = Date.now() - mono() - lead
      samples = []
      lead += jump
      const hours = Math.round(jump / HOUR_MS)
      // a step backwards, or by whole hours, is somebody setting the clock; the rest is sleep in which the monotonic clock stood still
      if (jump <= 0 || (hours && Math.abs(jump - hours * HOUR_MS) <= SURE_MS)) return Math.abs(jump) > SURE_MS ? Math.round(jump) : 0
      if (offset === null) return 0
      offset += jump
      if (jump > 1_000) unsureUntil = mono() + UNSURE_MS
      return 0
    },
    look() {
      save()
      return mono() >= unsureUntil
    },
    syncedAt,
    load: () => keep!.get<Kept>(KEY).then((kept) => {
      // a set that lost its clock with the power is not earlier than when it was last seen
      if (!kept) return
      syncedBefore = kept.synced || null
      if (offset === null) offset = Math.max(Date.now() + kept.ahead_ms, kept.seen) - mono()
    }),
  }
}
