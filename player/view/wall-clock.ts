const two = (n: number) => (n < 10 ? `0${n}` : String(n))

/**
 * HH:MM of an instant on the wall of a store.
 * @param ms since 1970, server's time
 * @param timeZone IANA name; the device's own zone stands in where its time zone data is too old to know it
 */
export function wallClock(ms: number, timeZone: string | null): string {
  const date = new Date(ms)
  if (timeZone) {
    try {
      const text = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hour12: false }).format(date)
      if (/^\d\d:\d\d$/.test(text)) return text.replace(/^24/, '00')
    }
    catch { /* an unknown zone throws */ }
  }
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}
