import type { Day, DayEntry } from '#shared/schemas/schedule'

const HOUR_MS = 3_600_000
/** Between announcements that are heard: shorter ones need no words, ms. */
const GAP_MS = 45 * 60_000
/** Room that an entry's two lines need, px. */
export const ENTRY_PX = 46
/** Scales of the drawing, px an hour, and how far apart its lines are, minutes. */
export const DAY_SCALES = [
  { hour_px: 56, step_min: 60 },
  { hour_px: 112, step_min: 30 },
  { hour_px: 280, step_min: 15 },
  { hour_px: 840, step_min: 5 },
  { hour_px: 3600, step_min: 1 },
] as const

/** A stretch of the drawing, px from the day's beginning. */
export interface Stretch {
  top: number
  height: number
}

/** Where everything of a day stands when it is drawn from top to bottom, to scale. */
export function useDayDrawing(day: Ref<Day>, scale: Ref<number>) {
  const begin = computed(() => Date.parse(day.value.from))
  const end = computed(() => Date.parse(day.value.to))
  const hour_px = computed(() => DAY_SCALES[scale.value]!.hour_px)
  const y = (at: string | number) => (Math.min(Math.max(typeof at === 'string' ? Date.parse(at) : at, begin.value), end.value) - begin.value) / HOUR_MS * hour_px.value
  const stretch = (from: string | number, to: string | number): Stretch => ({ top: y(from), height: y(to) - y(from) })
  const height = computed(() => y(end.value))

  /** Lines by the instant, not by the clock: an hour that comes twice is drawn twice. */
  const lines = computed(() => {
    const step_ms = DAY_SCALES[scale.value]!.step_min * 60_000
    const count = Math.floor((end.value - begin.value) / step_ms)
    return Array.from({ length: count + 1 }, (_, at) => begin.value + at * step_ms).filter(at => at < end.value).map(at => ({ at, top: y(at), whole: at % HOUR_MS === 0 || (at - begin.value) % HOUR_MS === 0 }))
  })

  /** Entries that would cover one another stand side by side. */
  const clusters = computed(() => {
    const found: { top: number, height: number, entries: DayEntry[] }[] = []
    for (const entry of day.value.entries) {
      const { top, height } = stretch(entry.starts_at, entry.ends_at)
      const last = found.at(-1)
      if (last && top < last.top + Math.max(ENTRY_PX, last.height)) {
        last.entries.push(entry)
        last.height = Math.max(last.height, top + height - last.top)
      }
      else {
        found.push({ top, height, entries: [entry] })
      }
    }
    return found
  })

  const closed = computed(() => {
    if (!day.value.open) return []
    const edges = [begin.value, ...day.value.open.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]), end.value]
    return Array.from({ length: edges.length / 2 }, (_, at) => stretch(edges[at * 2]!, edges[at * 2 + 1]!)).filter(({ height }) => height > 0)
  })
  const quiet = computed(() => day.value.quiet.map(({ from, to, name }) => ({ ...stretch(from, to), name })))
  const silent = computed(() => day.value.silent.map(each => ({ ...stretch(each.from, each.to ?? Math.min(Date.now(), end.value)), each })).filter(({ height }) => height > 0))

  const gaps = computed(() => {
    const heard = day.value.entries.filter(({ result }) => result !== 'dropped' && result !== 'skipped')
    let until = heard[0] ? Date.parse(heard[0].ends_at) : 0
    return heard.slice(1).flatMap((entry) => {
      const from = until
      const to = Date.parse(entry.starts_at)
      until = Math.max(until, Date.parse(entry.ends_at))
      return to - from >= GAP_MS ? [{ ...stretch(from, to), length_ms: to - from }] : []
    })
  })

  return { y, stretch, height, lines, clusters, closed, quiet, silent, gaps }
}
