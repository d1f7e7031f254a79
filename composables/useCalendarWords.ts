import type { CalendarItem } from '#shared/schemas/schedule'
import { contrast } from '#shared/utils/contrast'
import { dayOf, startOfDay } from '#shared/utils/zoned-day'

const DAY_MS = 86_400_000
const WHITE = '#ffffff'
const BLACK = '#111111'

/** What stands on the calendar in words, colours and figures. */
export function useCalendarWords(zone: MaybeRefOrGetter<string>) {
  const { t, n, localeProperties } = useI18n()
  const format = (at: string, timeZone: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(localeProperties.value.language, { timeZone, hourCycle: 'h23', ...options }).format(new Date(at))
  const clock = (at: string, timeZone = toValue(zone)) => format(at, timeZone, { hour: '2-digit', minute: '2-digit', second: new Date(at).getUTCSeconds() ? '2-digit' : undefined })
  const day = (at: string, timeZone = toValue(zone)) => format(at, timeZone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

  /** Of its category; what has none has the colour of the house. */
  const color = ({ colour }: CalendarItem) => colour ?? 'var(--ui-primary)'
  /** Of words on that colour. */
  const inkOf = ({ colour }: CalendarItem) => !colour ? 'var(--ui-text-inverted)' : contrast(colour, WHITE) >= contrast(colour, BLACK) ? WHITE : BLACK
  const titleOf = ({ name, title }: CalendarItem) => name ?? title

  /** `09:00–21:00, cada 30 min` or `20:45`. */
  function timesOf({ due_at, ends_at, count, interval_minutes }: CalendarItem): string {
    if (count === 1) return clock(due_at)
    const every = interval_minutes === null ? t('calendar.times_a_day', { count: n(count) }) : t('calendar.every_so_often', { every: n(interval_minutes, { style: 'unit', unit: 'minute' }) })
    return `${clock(due_at)}–${clock(ends_at)}, ${every}`
  }

  /** What a rule makes of it; null where it airs as it is due everywhere. */
  function fateOf({ moved, dropped, rule, because }: CalendarItem): string | null {
    if (!rule || (!moved && !dropped)) return null
    const why = because ? t(`day.because.${rule}`, { by: because }) : t(`day.rule.${rule}`)
    const said = dropped && moved ? t('calendar.both', { moved: n(moved), dropped: n(dropped) }) : dropped ? t('calendar.dropped', { count: n(dropped) }, dropped) : t('calendar.moved', { count: n(moved) }, moved)
    return `${said}: ${why}`
  }

  const textOf = (item: CalendarItem) => [titleOf(item), timesOf(item), t('calendar.in_stores', { count: n(item.stores) }, item.stores), fateOf(item)].filter(Boolean).join(' · ')

  /**
   * A line for each time that it airs within its window, as an image; none where it airs once.
   * @param part what is drawn of it: a window that goes on after midnight is drawn on two days, on the first without its end
   */
  function ticks({ count, interval_minutes, due_at, ends_at }: CalendarItem, part: { isStart: boolean, isEnd: boolean }): string | undefined {
    if (count < 2 || !interval_minutes) return undefined
    const midnight = (at: string, days: number) => startOfDay(dayOf(new Date(Date.parse(at) + days * DAY_MS).toISOString(), toValue(zone)), toValue(zone)).getTime()
    const from = part.isStart ? Date.parse(due_at) : midnight(ends_at, 0)
    const to = part.isEnd ? Date.parse(ends_at) : midnight(due_at, 1)
    if (to <= from) return undefined
    const every_ms = interval_minutes * 60_000
    const [first, period] = [(every_ms - (from - Date.parse(due_at)) % every_ms) % every_ms, every_ms].map(ms => ms / (to - from) * 100)
    return `repeating-linear-gradient(to bottom, transparent 0 ${first}%, currentColor ${first}% calc(${first}% + 1px), transparent calc(${first}% + 1px) ${period}%)`
  }

  return { clock, day, color, inkOf, titleOf, timesOf, fateOf, textOf, ticks }
}
