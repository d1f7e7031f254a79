import { z } from 'zod'
import { SCHEDULE_SORTS, SCHEDULE_STATES } from '#shared/schemas/schedule'
import { SCHEDULE_KINDS } from '#shared/schemas/schedule-words'

/** What the address says of the list of schedules; what it says wrongly it does not say. */
const EventFiltersSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  store: z.uuid().optional().catch(undefined),
  group: z.uuid().optional().catch(undefined),
  message: z.uuid().optional().catch(undefined),
  kind: z.enum(SCHEDULE_KINDS).optional().catch(undefined),
  state: z.enum(SCHEDULE_STATES).optional().catch(undefined),
  sort: z.enum(SCHEDULE_SORTS).optional().catch(undefined),
})
export type EventFilters = z.output<typeof EventFiltersSchema>

/** Everything off. */
export const NO_EVENT_FILTERS = { q: undefined, store: undefined, group: undefined, message: undefined, kind: undefined, state: undefined } satisfies EventFilters

/** Which schedules are listed. The address keeps it, so that it can be shared and gone back to. */
export function useEventFilter() {
  const route = useRoute()
  const router = useRouter()
  const filters = computed<EventFilters>(() => EventFiltersSchema.parse(route.query))
  const active = computed(() => Object.keys(NO_EVENT_FILTERS).filter(key => filters.value[key as keyof EventFilters]).length)
  const query = computed(() => {
    const { q, store, group, message, kind, state, sort } = filters.value
    return { q: q || undefined, store_id: store, group_id: group, audio_id: message, kind, state, sort }
  })

  /** Looks at something else. Typing goes on in the same step of the history; each filter is one of its own. */
  function setFilters(changes: EventFilters) {
    const isTyping = Object.keys(changes).join() === 'q' && Boolean(filters.value.q)
    const next = Object.fromEntries(Object.entries({ ...filters.value, ...changes }).map(([key, value]) => [key, value || undefined]))
    void router[isTyping ? 'replace' : 'push']({ path: route.path, query: { ...route.query, ...next } })
  }

  return { filters, active, query, setFilters }
}
