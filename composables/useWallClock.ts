type WallAt = (instant: number, time_zone: string) => string

const loaded = shallowRef<WallAt | null>(null)

/** What a zone's clocks show at an instant. The sums with clocks bring a library of their own: it is loaded when it is needed. */
export function useWallClock() {
  async function load() {
    loaded.value ??= (await import('#shared/utils/wall-clock')).wallAt
  }
  /** @throws before it is `ready` */
  const wallAt = (instant: string | number, time_zone: string): string => loaded.value!(typeof instant === 'string' ? Date.parse(instant) : instant, time_zone)

  return { load, wallAt, ready: computed(() => loaded.value !== null) }
}
