import type { Collision } from '#shared/schemas/schedule'

/** Collisions with one schedule, wherever they are. */
export interface CollisionPlaces extends Collision {
  /** At so many more stores. */
  more: number
}

/** Collisions are looked for two weeks ahead. */
const WEEKS = 2

/** Collisions in words: `Coincide con «Cierre» en Tienda 4, los viernes a las 20:45`. */
export function useCollisionWords() {
  const { t, te, n, localeProperties } = useI18n()
  const { data: stores } = useStores({ lazy: true })
  const { daysOf } = useEventSummary()
  const language = computed(() => localeProperties.value.language ?? localeProperties.value.code)
  const zoneOf = (store_id: string) => stores.value?.items.find(store => store.store_id === store_id)?.time_zone ?? 'UTC'
  const clock = (instant: string, timeZone: string) => new Intl.DateTimeFormat(language.value, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant))
  /** One for each schedule that is in the way: where first, and at how many more stores. */
  function places(collisions: Collision[]): CollisionPlaces[] {
    const found = new Map<string, CollisionPlaces>()
    for (const collision of collisions) {
      const known = found.get(collision.schedule_id)
      if (known) known.more++
      else found.set(collision.schedule_id, { ...collision, more: 0 })
    }
    return [...found.values()]
  }

  function textOf({ name, store_id, store_name, more, due_at, count, weekdays }: CollisionPlaces): string {
    const zone = zoneOf(store_id)
    const when = count === 1
      ? new Intl.DateTimeFormat(language.value, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(due_at))
      : t(count > WEEKS * weekdays.length ? 'calendar.collides_often' : 'calendar.collides_when', { days: daysOf(weekdays), time: clock(due_at, zone), count: n(count) })
    return t('calendar.collides', { name, where: more ? t('calendar.and_more', { store: store_name, count: n(more) }, more) : store_name, when })
  }

  const freeText = (instant: string, time_zone: string) => t('calendar.next_free', { time: clock(instant, time_zone) })

  return { places, textOf, freeText, problemText: (problem: { code: string, message: string }) => te(`errors.${problem.code}`) ? t(`errors.${problem.code}`) : problem.message }
}
