import type { Day, DayEntry } from '#shared/schemas/schedule'
import type { SkipReason } from '#shared/protocol'

const HOUR_MS = 3_600_000
/** A shorter delay nobody hears, ms. */
const LATE_MS = 1000

/** How what became of an entry is shown. */
export const DAY_LOOKS = {
  airs: { icon: 'i-lucide-clock', text: 'text-toned', bar: 'bg-primary' },
  moved: { icon: 'i-lucide-clock-arrow-down', text: 'text-info', bar: 'bg-info' },
  dropped: { icon: 'i-lucide-ban', text: 'text-warning', bar: 'bg-warning' },
  cut: { icon: 'i-lucide-scissors', text: 'text-warning', bar: 'bg-warning' },
  playing: { icon: 'i-lucide-volume-2', text: 'text-secondary', bar: 'bg-secondary' },
  played: { icon: 'i-lucide-circle-check', text: 'text-success', bar: 'bg-success' },
  skipped: { icon: 'i-lucide-circle-slash', text: 'text-error', bar: 'bg-error' },
  awaited: { icon: 'i-lucide-circle-help', text: 'text-muted', bar: 'bg-accented' },
} as const satisfies Record<DayEntry['result'], object>

/** A store's day in words and figures, by the store's own clocks. */
export function useDayWords(zone: MaybeRefOrGetter<string>) {
  const { t, n, locale, localeProperties } = useI18n()
  const { now } = useTimeFormat()
  const format = (at: string | number, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(localeProperties.value.language, { timeZone: toValue(zone), hourCycle: 'h23', ...options }).format(new Date(at))

  /** `16:30:05`, or `16:30` where seconds say nothing. */
  function clock(at: string | number, seconds: 'always' | 'if_any' = 'if_any'): string {
    const with_seconds = seconds === 'always' || new Date(at).getUTCSeconds() > 0
    return format(at, { hour: '2-digit', minute: '2-digit', second: with_seconds ? '2-digit' : undefined })
  }

  function length(ms: number): string {
    if (ms < 60_000) return n(Math.round(ms / 1000), { style: 'unit', unit: 'second' })
    const minutes = Math.round(ms / 60_000)
    if (minutes < 60) return n(minutes, { style: 'unit', unit: 'minute' })
    const hours = n(Math.floor(minutes / 60), { style: 'unit', unit: 'hour' })
    return minutes % 60 ? `${hours} ${n(minutes % 60, { style: 'unit', unit: 'minute' })}` : hours
  }

  const isPast = (entry: DayEntry) => Date.parse(entry.ends_at) < now.value

  /** `No sonará`, `Se omitió`: of what is past, in the past. */
  function result(entry: DayEntry): string {
    const { result } = entry
    return isPast(entry) && (result === 'airs' || result === 'moved' || result === 'dropped' || result === 'cut') ? t(`day.past.${result}`) : t(`day.result.${result}`)
  }

  /** Which rule did it, or why it was not heard; null where nothing is to be explained. */
  function why({ rule, because, reason, result }: DayEntry): string | null {
    if (rule) return because ? t(`day.because.${rule}`, { by: because }) : t(`day.rule.${rule}`)
    if (result === 'skipped') return t(`player.reason.${(reason ?? 'unexplained') as SkipReason}`)
    return null
  }

  function late({ late_ms }: DayEntry): string | null {
    if (late_ms === null) return null
    return late_ms < LATE_MS ? t('day.said.on_time') : t('day.said.late', { seconds: n(Math.round(late_ms / 100) / 10) })
  }

  const level = ({ level_db }: DayEntry) => level_db === null ? null : t('day.said.level', { level: formatLevel(level_db, locale.value) })

  /** `Se oyó · 2,1 s tarde · −18,0 dB`, `No sonará: hora de silencio «Siesta»`. */
  function line(entry: DayEntry): string {
    const reasoned = why(entry)
    const said = reasoned ? `${result(entry)}: ${reasoned}` : result(entry)
    return [said, late(entry), level(entry)].filter(Boolean).join(' · ')
  }

  const where = ({ player_name }: DayEntry) => player_name ?? t('day.said.everywhere')

  function openText({ open, from, to }: Day): string {
    if (!open) return t('day.hours_unknown')
    if (!open.length) return t('day.closed_all')
    const within = (at: string) => at <= from ? clock(from) : at >= to ? '24:00' : clock(at)
    return t('day.hours_shown', { hours: open.map(({ from, to }) => `${within(from)}–${within(to)}`).join(', ') })
  }

  /** Of a day on which clocks change; null for any other. */
  function hoursText({ from, to }: Day): string | null {
    const hours = Math.round((Date.parse(to) - Date.parse(from)) / HOUR_MS * 2) / 2
    return hours === 24 ? null : t('day.hours', { hours: n(hours) })
  }

  return { format, clock, length, result, why, late, level, line, where, openText, hoursText, isPast }
}

/** The sound of an entry, as the dashboard's audio element takes it. */
export function soundOfEntry(entry: DayEntry) {
  return { id: entry.audio_id ?? entry.title, url: entry.url ?? '', title: entry.title, duration_ms: entry.duration_ms }
}

/** Names an entry among those of its day. */
export const entryKey = (entry: DayEntry) => [entry.play_id, entry.schedule_id, entry.air_id, entry.due_at, entry.player_id, entry.audio_id].join()
