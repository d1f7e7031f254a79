import type { Schedule } from '#shared/schemas/schedule'

type Rule = Pick<Schedule, 'kind' | 'weekdays' | 'at' | 'interval_minutes' | 'window_start' | 'window_end' | 'times' | 'opening_offset_minutes' | 'opening_edge' | 'from_date' | 'until_date' | 'time_zone'>

/** More times a day than these are counted. */
const TIMES_TOLD = 4

/** When a schedule airs, in a plain line: `Cada 30 minutos, de lunes a viernes, 09:00–21:00`. */
export function useEventSummary() {
  const { t, n, localeProperties } = useI18n()
  const language = computed(() => localeProperties.value.language ?? localeProperties.value.code)
  const format = (day: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language.value, { timeZone: 'UTC', hourCycle: 'h23', ...options }).format(new Date(day))
  const dayName = (day: string) => format(day, { day: 'numeric', month: 'short', year: 'numeric' })
  // 1 January 2024 was a Monday.
  const weekdayName = (weekday: number) => format(`2024-01-0${weekday}`, { weekday: 'long' })
  const minutes = (count: number) => count % 60 ? n(count, { style: 'unit', unit: 'minute', unitDisplay: 'long' }) : n(count / 60, { style: 'unit', unit: 'hour', unitDisplay: 'long' })
  /** `hora` of `Cada hora`, `30 minutos`. */
  function every(count: number): string {
    if (count !== 1 && count !== 60) return minutes(count)
    const one = new Intl.NumberFormat(language.value, { style: 'unit', unit: count === 1 ? 'minute' : 'hour', unitDisplay: 'long' })
    return one.formatToParts(1).find(part => part.type === 'unit')?.value ?? minutes(count)
  }
  const all = (words: string[]) => new Intl.ListFormat(language.value).format(words)

  /** `de lunes a viernes`, `todos los días`. */
  function daysOf(weekdays: number[]): string {
    if (weekdays.length === 7) return t('events.when.every_day')
    const [first, last] = [weekdays[0]!, weekdays.at(-1)!]
    const follow = last - first === weekdays.length - 1
    return follow && weekdays.length > 2 ? t('events.when.days_from_to', { first: weekdayName(first), last: weekdayName(last) }) : all(weekdays.map(weekdayName))
  }

  function whenOf(rule: Rule): string {
    const days = daysOf(rule.weekdays)
    if (rule.kind === 'once') return t('events.when.once', { at: format(`${rule.at}Z`, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }) })
    if (rule.kind === 'interval') return t('events.when.interval', { every: every(rule.interval_minutes!), days, from: rule.window_start, to: rule.window_end })
    if (rule.kind === 'times') {
      const times = rule.times!
      return times.length > TIMES_TOLD
        ? t('events.when.many_times', { count: times.length, days, from: times[0], to: times.at(-1) })
        : t('events.when.times', { times: all(times), days })
    }
    const by = rule.opening_offset_minutes ?? 0
    const at = by === 0 ? 'at' : by < 0 ? 'before' : 'after'
    const when = t(`events.when.${rule.opening_edge ?? 'opens'}.${at}`, { by: minutes(Math.abs(by)) })
    return t('events.when.opening', { when: when.charAt(0).toLocaleUpperCase(language.value) + when.slice(1), days })
  }

  /** Empty while something that its kind needs is missing. */
  function summaryOf(rule: Rule): string {
    if (!isWhole(rule)) return ''
    return [
      whenOf(rule),
      rule.kind !== 'once' && rule.from_date && rule.from_date > new Date().toISOString().slice(0, 10) && t('events.when.from', { day: dayName(rule.from_date) }),
      rule.kind !== 'once' && rule.until_date && t('events.when.until', { day: dayName(rule.until_date) }),
      rule.time_zone && t('events.when.zone', { zone: rule.time_zone.replaceAll('_', ' ') }),
    ].filter(Boolean).join(', ')
  }

  return { summaryOf, daysOf }
}

function isWhole({ kind, at, interval_minutes, window_start, window_end, times, weekdays }: Rule): boolean {
  if (kind === 'once') return Boolean(at && !Number.isNaN(Date.parse(`${at}Z`)))
  const has_times = kind === 'interval' ? interval_minutes && window_start && window_end : kind === 'times' ? times?.length && times.every(Boolean) : true
  return Boolean(has_times) && weekdays.length > 0
}
