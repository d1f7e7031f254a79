import { z } from 'zod'
import { MESSAGE_SOURCES } from '#shared/schemas/audio-words'
import { LIBRARY_SORTS, type LibraryQueryInput } from '#shared/schemas/library'
import { endOfDay, startOfDay } from '#shared/utils/zoned-day'

/** Lengths as people think of announcements, ms. */
export const LENGTHS = {
  short: { max_duration_ms: 9999 },
  medium: { min_duration_ms: 10_000, max_duration_ms: 29_999 },
  long: { min_duration_ms: 30_000 },
} as const

const flag = z.literal('').transform(() => true as const).optional().catch(undefined)
const day = z.iso.date().optional().catch(undefined)

/** What the address says of the library (`?q=&category=&favourite&tag=…`); what it says wrongly it does not say. */
const FiltersSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  category: z.string().max(64).optional().catch(undefined),
  voice: z.uuid().optional().catch(undefined),
  source: z.enum(MESSAGE_SOURCES).optional().catch(undefined),
  tag: z.union([z.string(), z.array(z.string())]).optional().catch(undefined).transform(tags => [...new Set([tags ?? []].flat().filter(Boolean))]),
  length: z.enum(['short', 'medium', 'long']).optional().catch(undefined),
  from: day,
  until: day,
  favourite: flag,
  unused: flag,
  expired: flag,
  failed: flag,
  sort: z.enum(LIBRARY_SORTS).exclude(['deleted']).optional().catch(undefined),
})
export type Filters = z.output<typeof FiltersSchema>

/** Everything off; the words that are searched and the order are no filters. */
export const NO_FILTERS = {
  category: undefined, voice: undefined, source: undefined, tag: [], length: undefined, from: undefined, until: undefined,
  favourite: undefined, unused: undefined, expired: undefined, failed: undefined,
} satisfies Partial<Filters>

/** Which part of the library is looked at. The address keeps it, so that it can be shared and gone back to. */
export function useLibraryFilter() {
  const route = useRoute()
  const router = useRouter()
  const { zone } = useTimeFormat()

  // Vue Router has null for `?favourite`.
  const filters = computed<Filters>(() => FiltersSchema.parse(Object.fromEntries(Object.entries(route.query).map(([key, value]) => [key, value ?? '']))))

  /** How many filters are on. */
  const active = computed(() => Object.keys(NO_FILTERS).reduce((sum, key) => {
    const value = filters.value[key as keyof typeof NO_FILTERS]
    return sum + (Array.isArray(value) ? value.length : value ? 1 : 0)
  }, 0))

  /** The same, as the API is asked for it. */
  const query = computed<LibraryQueryInput>(() => {
    const { q, category, voice, source, tag, length, from, until, favourite, unused, expired, failed, sort } = filters.value
    return {
      q: q || undefined,
      category: category || undefined,
      voice_id: voice,
      source,
      tags: tag.length ? tag : undefined,
      ...(length && LENGTHS[length]),
      from: from && startOfDay(from, zone.value).toISOString(),
      until: until && endOfDay(until, zone.value).toISOString(),
      favourite,
      unused,
      expired,
      status: failed ? 'failed' : undefined,
      sort,
    }
  })

  /** Looks at something else. Typing goes on in the same step of the history; each filter is one of its own. */
  function setFilters(changes: Partial<Filters>) {
    const next = { ...filters.value, ...changes }
    const isTyping = Object.keys(changes).join() === 'q' && Boolean(filters.value.q)
    const words = Object.fromEntries(Object.entries(next).map(([key, value]) => [key, value === true ? null : Array.isArray(value) && !value.length ? undefined : value || undefined]))
    void router[isTyping ? 'replace' : 'push']({ path: route.path, query: { ...route.query, ...words } })
  }

  return { filters, active, query, setFilters }
}
