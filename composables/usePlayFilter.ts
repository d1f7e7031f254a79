import { z } from 'zod'
import { PRIORITIES } from '#shared/protocol'
import { PLAY_RESULTS, type PlayFilter } from '#shared/schemas/player'
import { dayOf } from '#shared/utils/zoned-day'

const DAY_MS = 86_400_000
/** Stretches of days by name, and how many days they are; all but `yesterday` end today. */
export const PLAY_DAYS = { today: 1, yesterday: 1, week: 7, month: 30, year: 365 } as const
export type PlayDays = keyof typeof PLAY_DAYS

const day = z.iso.date().optional().catch(undefined)

/** What the address says of the play log; what it says wrongly it does not say. */
const PlayFiltersSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  store: z.uuid().optional().catch(undefined),
  player: z.uuid().optional().catch(undefined),
  message: z.uuid().optional().catch(undefined),
  air: z.uuid().optional().catch(undefined),
  result: z.enum(PLAY_RESULTS).optional().catch(undefined),
  priority: z.enum(PRIORITIES).optional().catch(undefined),
  kind: z.enum(['live', 'scheduled']).optional().catch(undefined),
  days: z.enum(Object.keys(PLAY_DAYS) as [PlayDays, ...PlayDays[]]).optional().catch(undefined),
  from: day,
  until: day,
})
export type PlayFilters = z.output<typeof PlayFiltersSchema>

/** Everything off. */
export const NO_PLAY_FILTERS = {
  q: undefined, store: undefined, player: undefined, message: undefined, air: undefined, result: undefined, priority: undefined, kind: undefined,
  days: undefined, from: undefined, until: undefined,
} satisfies PlayFilters

/** Which part of the play log is looked at. The address keeps it, so that it can be shared and gone back to. */
export function usePlayFilter() {
  const route = useRoute()
  const router = useRouter()
  const { zone: ownZone, now } = useTimeFormat()
  const { players } = usePlayers()
  const { data: storeList } = useStores({ lazy: true })
  const stores = computed(() => storeList.value?.items ?? [])

  const filters = computed<PlayFilters>(() => PlayFiltersSchema.parse(route.query))
  /** How many filters are on; the stretch of days always is. */
  const active = computed(() => Object.entries(filters.value).filter(([key, value]) => value && !['days', 'from', 'until'].includes(key)).length)

  /** Where days begin and clocks are read: where the plays were, if that is one zone; else where the reader is. */
  const zone = computed(() => {
    const { store, player } = filters.value
    const store_id = store ?? players.value.find(entry => entry.player_id === player)?.store_id
    const meant = store_id ? stores.value.filter(entry => entry.store_id === store_id) : stores.value
    const zones = new Set(meant.map(entry => entry.time_zone))
    return zones.size === 1 ? [...zones][0]! : ownZone.value
  })

  /** The stretch of days; null where the address names days of its own. What one message became may be long ago. */
  const days = computed<PlayDays | null>(() => {
    const { from, until, days: named, message, air } = filters.value
    return named ?? (from || until ? null : message || air ? 'year' : 'week')
  })
  const stretch = computed(() => {
    const today = dayOf(new Date(now.value).toISOString(), zone.value)
    if (!days.value) {
      const until = filters.value.until ?? (filters.value.from! > today ? filters.value.from! : today)
      return { from: filters.value.from ?? dayBefore(until, 6), until }
    }
    const until = days.value === 'yesterday' ? dayBefore(today, 1) : today
    return { from: dayBefore(until, PLAY_DAYS[days.value] - 1), until }
  })

  /** The same, as the API is asked for it. */
  const query = computed<PlayFilter>(() => {
    const { q, store, player, message, air, result, priority, kind } = filters.value
    return { q: q || undefined, store_id: store, player_id: player, audio_id: message, air_id: air, result, priority, kind, ...stretch.value, time_zone: zone.value }
  })

  /** Looks at something else. Typing goes on in the same step of the history; each filter is one of its own. */
  function setFilters(changes: Partial<PlayFilters>) {
    const isTyping = Object.keys(changes).join() === 'q' && Boolean(filters.value.q)
    const next = Object.fromEntries(Object.entries({ ...filters.value, ...changes }).map(([key, value]) => [key, value || undefined]))
    void router[isTyping ? 'replace' : 'push']({ path: route.path, query: { ...route.query, ...next } })
  }

  return { filters, active, zone, days, stretch, query, setFilters, stores, players }
}

const dayBefore = (date: string, days: number) => new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10)
