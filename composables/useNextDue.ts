import type { Store, StoreGroup } from '#shared/schemas/client'
import type { Player, Targets } from '#shared/schemas/player'
import type { HolidayList, Schedule } from '#shared/schemas/schedule'
import type { OccurrencePlace } from '#shared/utils/occurrences'

const HOUR_MS = 3_600_000
/** How far one looks, from near to far: most are due soon, and a minute's rule of a year would be long. */
const REACHES_MS = [36, 9 * 24, 400 * 24].map(hours => hours * HOUR_MS)

/** When a schedule is due next, and on whose clocks. */
export interface NextDue {
  due_at: string
  time_zone: string
}

/**
 * When schedules are due next somewhere; null for one that is paused for good or over. What a limit or something else
 * on the air makes of it then, the day of the store says.
 */
export function useNextDue(schedules: Ref<Schedule[]>) {
  const { data: storeList } = useStores({ lazy: true })
  const { groups } = useStoreGroups()
  const { players } = usePlayers()
  const { now } = useTimeFormat()
  const { data: holidays } = useFetch<HolidayList>('/api/v1/schedule/holidays', { key: 'holidays', lazy: true, server: false, dedupe: 'defer' })
  const stores = computed(() => storeList.value?.items ?? [])
  const next = shallowRef(new Map<string, NextDue | null>())
  // A minute's steps: a list that moves with every tick is never quiet.
  const minute = computed(() => Math.floor(now.value / 60_000) * 60_000)

  async function work() {
    // The sums with clocks bring a library of their own.
    const { occurrencesOf } = await import('#shared/utils/occurrences')
    const days = new Map<string, string[]>()
    for (const { date, key } of holidays.value?.items ?? []) days.set(date, [...days.get(date) ?? [], key])

    function nextOf(schedule: Schedule): NextDue | null {
      if (!schedule.enabled) return null
      const from = Math.max(minute.value, Date.parse(schedule.paused_until ?? '') || 0)
      const places = placesOf(schedule, targetStores(schedule.targets, stores.value, groups.value, players.value), days)
      for (const reach of REACHES_MS) {
        const found = places.flatMap(place => occurrencesOf(schedule, place, from, from + reach).slice(0, 1).map(due => ({ due, time_zone: place.time_zone })))
        const first = found.sort((a, b) => a.due - b.due)[0]
        if (first) return { due_at: new Date(first.due).toISOString(), time_zone: first.time_zone }
      }
      return null
    }
    next.value = new Map(schedules.value.map(schedule => [schedule.schedule_id, nextOf(schedule)]))
  }
  if (import.meta.client) watch([schedules, stores, groups, players, holidays, minute], () => void work(), { immediate: true })

  return { next, stores, groups }
}

/** Those of the stores that are meant. */
export function targetStores(targets: Targets, stores: readonly Store[], groups: readonly StoreGroup[], players: readonly Player[]): Store[] {
  if ('all' in targets) return [...stores]
  const meant = new Set('stores' in targets
    ? targets.stores
    : 'groups' in targets ? groups.filter(group => targets.groups.includes(group.group_id)).flatMap(group => group.store_ids) : players.filter(player => targets.players.includes(player.player_id)).map(player => player.store_id))
  return stores.filter(store => meant.has(store.store_id))
}

/** Each kind of clock once; what goes by opening hours has as many as there are stores. */
function placesOf(schedule: Schedule, stores: Store[], holidays: OccurrencePlace['holidays']): OccurrencePlace[] {
  if (schedule.kind === 'opening') return stores.map(({ time_zone, opening_hours, opening_exceptions }) => ({ time_zone, opening_hours, opening_exceptions, holidays }))
  const zones = new Set(schedule.time_zone ? stores.slice(0, 1).map(() => schedule.time_zone!) : stores.map(store => store.time_zone))
  return [...zones].map(time_zone => ({ time_zone, holidays }))
}
