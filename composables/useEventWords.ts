import type { Store, StoreGroup } from '#shared/schemas/client'
import type { NextAiring, Schedule } from '#shared/schemas/schedule'
import { EXPIRING_DAYS } from '#shared/schemas/schedule-words'
import { dayOf } from '#shared/utils/zoned-day'

const DAY_MS = 86_400_000

export const EVENT_LOOKS = {
  airing: { color: 'success', icon: 'i-lucide-circle-play' },
  paused: { color: 'neutral', icon: 'i-lucide-circle-pause' },
  ended: { color: 'neutral', icon: 'i-lucide-circle-check' },
  expiring: { color: 'warning', icon: 'i-lucide-hourglass' },
  without_message: { color: 'error', icon: 'i-lucide-circle-alert' },
} as const
export type EventState = keyof typeof EVENT_LOOKS

/** Schedules of a list in words. */
export function useEventWords() {
  const { t, localeProperties } = useI18n()
  const { now } = useTimeFormat()
  const format = (at: Date, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(localeProperties.value.language, { hourCycle: 'h23', ...options }).format(at)
  const dayName = (day: string) => format(new Date(day), { timeZone: 'UTC', day: 'numeric', month: 'short' })

  /** @param next when it is due next; undefined: not known yet */
  function stateOf(schedule: Schedule, next?: NextAiring | null): EventState {
    if (!schedule.messages.some(message => !message.deleted_at)) return 'without_message'
    if (!schedule.enabled || Date.parse(schedule.paused_until ?? '') > now.value) return 'paused'
    if (next === null) return 'ended'
    const last = new Date(now.value + EXPIRING_DAYS * DAY_MS).toISOString().slice(0, 10)
    return schedule.until_date && schedule.until_date <= last ? 'expiring' : 'airing'
  }

  function stateText(schedule: Schedule, state: EventState): string {
    if (state === 'paused' && schedule.enabled && schedule.paused_until) return t('events.badge.paused_until', { until: format(new Date(schedule.paused_until), { day: 'numeric', month: 'short' }) })
    if (state === 'expiring') return t('events.badge.ends', { day: dayName(schedule.until_date!) })
    return t(`events.state.${state}`)
  }

  const nameOf = (schedule: Schedule) => schedule.name ?? schedule.messages[0]?.title ?? t('events.unnamed')

  /** What it airs, where its name does not say so. */
  function messagesOf({ name, messages }: Schedule): string | null {
    const [first] = messages
    if (!first) return t('events.gone')
    if (messages.length > 1) return t('events.messages', { title: first.title, count: messages.length - 1 })
    return name && name !== first.title ? first.title : null
  }

  function whereOf({ targets }: Schedule, stores: readonly Store[], groups: readonly StoreGroup[]): string {
    if ('all' in targets) return t('events.where.all')
    if ('players' in targets) return t('events.where.players', { count: targets.players.length }, targets.players.length)
    if ('groups' in targets) return t('events.where.groups', { count: targets.groups.length, name: groups.find(group => group.group_id === targets.groups[0])?.name ?? '…' }, targets.groups.length)
    return t('events.where.stores', { count: targets.stores.length, name: stores.find(store => store.store_id === targets.stores[0])?.name ?? '…' }, targets.stores.length)
  }

  /** `hoy 16:30`, `lun, 24 nov, 16:30`: on the clocks of where it airs. */
  function nextText({ due_at, time_zone }: Pick<NextAiring, 'due_at' | 'time_zone'>): string {
    const at = new Date(due_at)
    const time = format(at, { timeZone: time_zone, hour: '2-digit', minute: '2-digit' })
    const day = dayOf(due_at, time_zone)
    const on = (ahead: number) => dayOf(new Date(now.value + ahead * DAY_MS).toISOString(), time_zone)
    if (day === on(0)) return t('events.next.today', { time })
    if (day === on(1)) return t('events.next.tomorrow', { time })
    return format(at, { timeZone: time_zone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', year: day.slice(0, 4) === on(0).slice(0, 4) ? undefined : 'numeric' })
  }

  return { stateOf, stateText, nameOf, messagesOf, whereOf, nextText }
}
