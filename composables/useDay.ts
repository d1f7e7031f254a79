import { z } from 'zod'
import type { Day } from '#shared/schemas/schedule'
import { dayOf } from '#shared/utils/zoned-day'

const DAY_MS = 86_400_000
export const DAY_VIEWS = ['timeline', 'list'] as const

const DayAddressSchema = z.object({
  store: z.uuid().optional().catch(undefined),
  date: z.iso.date().refine(date => date >= '1970-01-01' && date <= '9999-12-30').optional().catch(undefined),
  view: z.enum(DAY_VIEWS).optional().catch(undefined),
})

/** One store's day, as the address names it: without a store the first by name, without a date today there. */
export function useDay() {
  const route = useRoute()
  const router = useRouter()
  const { now } = useTimeFormat()
  const { locale } = useI18n()
  const { apiGet } = useApi()
  const { keepFresh } = useWebSocket()
  const { data: storeList, status: storeStatus } = useStores({ lazy: true })
  const stores = computed(() => storeList.value?.items ?? [])

  const address = computed(() => DayAddressSchema.parse(route.query))
  const store = computed(() => stores.value.find(each => each.store_id === address.value.store) ?? (address.value.store ? undefined : stores.value[0]))
  const today = computed(() => dayOf(new Date(now.value).toISOString(), store.value?.time_zone ?? 'UTC'))
  const date = computed(() => address.value.date ?? today.value)

  /** Goes to another store or day; the address says which, so that it can be shared. */
  function go(changes: { store?: string, date?: string, view?: typeof DAY_VIEWS[number] }, how: 'push' | 'replace' = 'push') {
    void router[how]({ path: '/day', query: { ...route.query, store: store.value?.store_id, date: date.value, ...changes } })
  }
  const step = (days: number) => go({ date: new Date(Date.parse(date.value) + days * DAY_MS).toISOString().slice(0, 10) })

  const asked = computed(() => store.value ? { store_id: store.value.store_id, date: date.value } : null)
  const { data, status, error, refresh } = useAsyncData<Day | null>('day', () => asked.value ? apiGet<Day>('/api/v1/schedule/day', { query: { ...asked.value, language: locale.value } }) : Promise.resolve(null), { watch: [asked], lazy: true, server: false, dedupe: 'cancel' })
  keepFresh(['play_changed', 'schedule_changed', 'calendar_changed', 'player_changed', 'ready'], refresh)
  /** What came last, if it is what is asked for now. */
  const day = computed(() => data.value && data.value.store_id === asked.value?.store_id && data.value.date === asked.value.date ? data.value : null)

  return { address, stores, storeStatus, store, today, date, go, step, asked, day, status, error, refresh }
}
