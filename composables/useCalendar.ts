import { z } from 'zod'
import type { CalendarItem, CalendarList } from '#shared/schemas/schedule'
import { dayOf } from '#shared/utils/zoned-day'

export const CALENDAR_VIEWS = ['month', 'week', 'day', 'list'] as const
export type CalendarView = typeof CALENDAR_VIEWS[number]

/** How near one looks at a day, minutes a line; each occurrence by itself from the third on, to scale on the last. */
export const CALENDAR_STEPS_MIN = [30, 15, 5, 1] as const
const BY_OCCURRENCE_FROM = 2
const DAY_MS = 86_400_000
/** A calendar that is cut is read on, so often at most. */
const MOST_PAGES = 8

const CalendarAddressSchema = z.object({
  view: z.enum(CALENDAR_VIEWS).optional().catch(undefined),
  date: z.iso.date().refine(date => date >= '1970-02-01' && date <= '9999-11-30').optional().catch(undefined),
  store: z.uuid().optional().catch(undefined),
  group: z.uuid().optional().catch(undefined),
  zone: z.string().max(64).optional().catch(undefined),
})
export type CalendarAddress = z.output<typeof CalendarAddressSchema>

/** What the calendar shows: the address says which stretch of time, which stores and whose clocks. */
export function useCalendar(usual: Ref<CalendarView>) {
  const route = useRoute()
  const router = useRouter()
  const { now, zone: browserZone } = useTimeFormat()
  const { apiGet } = useApi()
  const { keepFresh } = useWebSocket()
  const { data: storeList, status: storeStatus } = useStores({ lazy: true })
  const { groups } = useStoreGroups()
  const stores = computed(() => storeList.value?.items ?? [])

  const address = computed<CalendarAddress>(() => CalendarAddressSchema.parse(route.query))
  const view = computed(() => address.value.view ?? usual.value)
  const store = computed(() => stores.value.find(each => each.store_id === address.value.store))
  const group = computed(() => groups.value.find(each => each.group_id === address.value.group))
  const shown = computed(() => store.value ? [store.value] : group.value ? stores.value.filter(each => group.value!.store_ids.includes(each.store_id)) : stores.value)
  /** Those of the stores that are shown, most stores first; of as many, the reader's own. */
  const zones = computed(() => {
    const counts = new Map<string, number>()
    for (const { time_zone } of shown.value) counts.set(time_zone, (counts.get(time_zone) ?? 0) + 1)
    const isHere = (zone: string) => Number(zone === browserZone.value)
    return [...counts].sort(([a, many], [b, more]) => more - many || isHere(b) - isHere(a)).map(([zone]) => zone)
  })
  const zone = computed(() => (address.value.zone && zones.value.includes(address.value.zone) ? address.value.zone : zones.value[0]) ?? browserZone.value)
  const today = computed(() => dayOf(new Date(now.value).toISOString(), zone.value))
  const date = computed(() => address.value.date ?? today.value)
  const step = ref(0)

  function go(changes: Partial<CalendarAddress>, how: 'push' | 'replace' = 'push') {
    const next = Object.fromEntries(Object.entries({ ...address.value, ...changes }).map(([key, value]) => [key, value || undefined]))
    void router[how]({ path: '/calendar', query: { ...route.query, ...next } })
  }

  /** The stretch that is drawn, as the drawing says. */
  const range = shallowRef<{ from: string, to: string } | null>(null)
  const by = computed(() => view.value === 'month' ? 'day' : view.value === 'day' && step.value >= BY_OCCURRENCE_FROM ? 'occurrence' : 'window')
  const asked = computed(() => {
    if (!range.value || storeStatus.value !== 'success') return null
    const where = { by: by.value, store_id: store.value?.store_id, group_id: store.value ? undefined : group.value?.group_id }
    if (by.value === 'occurrence') return { ...range.value, ...where }
    // Windows that go on over the first or the last midnight are told whole.
    const [from, to] = [Date.parse(range.value.from) - DAY_MS, Date.parse(range.value.to) + DAY_MS].map(at => new Date(at).toISOString()) as [string, string]
    return { from, to, ...where, time_zone: zone.value }
  })

  const { data, status, error, refresh } = useAsyncData<{ asked: string, items: CalendarItem[], is_cut: boolean } | null>('calendar', async () => {
    if (!asked.value) return null
    const items: CalendarItem[] = []
    const query = asked.value
    let from: string | null = query.from
    for (let page = 0; from && page < MOST_PAGES; page++) {
      const list: CalendarList = await apiGet<CalendarList>('/api/v1/schedule/calendar', { query: { ...query, from } })
      items.push(...list.items)
      from = list.next_from
    }
    return { asked: JSON.stringify(query), items, is_cut: from !== null }
  }, { watch: [asked], lazy: true, server: false, dedupe: 'cancel', deep: false })
  keepFresh(['schedule_changed', 'calendar_changed', 'message_changed', 'ready'], refresh)
  const items = computed(() => {
    const [from, to] = [Date.parse(range.value?.from ?? ''), Date.parse(range.value?.to ?? '')]
    return data.value?.items.filter(({ starts_at, ends_at }) => Date.parse(ends_at) > from && Date.parse(starts_at) < to) ?? []
  })
  const loaded = computed(() => data.value !== null && data.value !== undefined)

  return { address, view, store, group, stores, storeStatus, groups, zones, zone, today, date, step, by, go, range, items, loaded, isCut: computed(() => data.value?.is_cut ?? false), status, error, refresh, now }
}
