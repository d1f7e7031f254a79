import { createSharedComposable, useIntervalFn } from '@vueuse/core'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const YEAR_S = 31_536_000

const useZoneCookie = () => useCookie('mediaflow_zone', { default: () => 'UTC', sameSite: 'lax', maxAge: YEAR_S })

/** One for all that show times: a list has hundreds. */
const useTicking = createSharedComposable((now: Ref<number>, zone: Ref<string>) => {
  const kept = useZoneCookie()
  useIntervalFn(() => {
    now.value = Date.now()
  }, 20_000)
  onNuxtReady(() => {
    zone.value = kept.value = Intl.DateTimeFormat().resolvedOptions().timeZone
    now.value = Date.now()
  })
})

/**
 * Instants and lengths as people say them, in the reader's language and time zone. The zone is remembered, so that the
 * page as it comes from the server shows the same hour as the browser.
 */
export function useTimeFormat() {
  // With its region: English days come before their months here.
  const { localeProperties } = useI18n()
  const language = computed(() => localeProperties.value.language ?? localeProperties.value.code)
  const zone = useState('zone', () => useZoneCookie().value)
  const now = useState('now', () => Date.now())
  if (import.meta.client) useTicking(now, zone)

  function format(instant: string, options: Intl.DateTimeFormatOptions) {
    return new Intl.DateTimeFormat(language.value, { timeZone: zone.value, hourCycle: 'h23', ...options }).format(new Date(instant))
  }

  /** `14:02:07` */
  const clock = (instant: string) => format(instant, { hour: '2-digit', minute: '2-digit', second: '2-digit' })

  /** `12 nov 2026, 14:02` */
  const date = (instant: string) => format(instant, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })

  /** A local date, wherever it is: `domingo, 29 de noviembre`. */
  const weekday = (date: string) => format(date, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' })

  /** How long ago while that says more than the hour does: `ahora`, `hace 5 min`, `14:02`, `12 nov`, `12 nov 2025`. */
  function ago(instant: string): string {
    const passed_ms = now.value - new Date(instant).getTime()
    if (passed_ms < HOUR_MS) {
      const relative = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto', style: 'short' })
      return passed_ms < MINUTE_MS ? relative.format(0, 'second') : relative.format(-Math.floor(passed_ms / MINUTE_MS), 'minute')
    }
    const today = new Date(now.value).toISOString()
    const isSame = (options: Intl.DateTimeFormatOptions) => format(instant, options) === format(today, options)
    if (isSame({ dateStyle: 'short' })) return format(instant, { hour: '2-digit', minute: '2-digit' })
    return format(instant, { day: 'numeric', month: 'short', year: isSame({ year: 'numeric' }) ? undefined : 'numeric' })
  }

  return { clock, date, weekday, ago, zone, now }
}

/** `0:07`, `12:40`, `1:00:05`. Anything that sounds at all lasts a second. */
export function formatDuration(ms: number): string {
  const total = ms > 0 ? Math.max(1, Math.round(ms / 1000)) : 0
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const tail = String(seconds).padStart(2, '0')
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

/** A position inside a sound, rounded down so that it never runs ahead of what is heard. */
export function formatPosition(ms: number): string {
  const total = Math.floor(ms / 1000)
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`
}

/** A level with one decimal and a true minus: `−16,0`. */
export function formatLevel(value: number | null, locale: string): string {
  if (value === null) return '–'
  return value.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace('-', '−')
}
