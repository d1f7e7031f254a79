import type { CalendarSettings } from '../../../shared/schemas/settings'

/** A holiday on a day: `key` names it in every year. */
export interface HolidayOn {
  key: string
  name: string
  /** `2026-12-25` */
  date: string
}

/** What was worked out, by region, year and language: it never changes while the process runs. */
const known = new Map<string, Promise<HolidayOn[]>>()

/**
 * The public holidays of a year.
 * @param region `ES`, `ES-MD`
 * @param language of the names, where the library has it
 * @returns in order; none for a region that the library (date-holidays) does not know
 */
export function publicHolidays(region: string, year: number, language = 'en'): Promise<HolidayOn[]> {
  const name = `${region} ${year} ${language}`
  const kept = known.get(name) ?? lookUp(region, year, language)
  known.set(name, kept)
  return kept
}

async function lookUp(region: string, year: number, language: string): Promise<HolidayOn[]> {
  // Large, and only needed where somebody has named a region.
  const { default: Holidays } = await import('date-holidays')
  const [country, ...rest] = region.split('-') as [string, ...string[]]
  const found = new Holidays({ country, ...rest[0] && { state: rest[0] }, ...rest[1] && { region: rest[1] } }, { languages: [language, 'en'], types: ['public'] })
  return (found.getHolidays(year) || []).map(({ rule, name, date }) => ({ key: `${country} ${rule}`, name, date: date.slice(0, 10) }))
}

/** Holidays of the client's own in a year. */
export function ownHolidays({ holidays }: CalendarSettings, year: number): HolidayOn[] {
  return holidays.flatMap(({ name, date }) => {
    const day = date.length === 5 ? `${year}-${date}` : date
    return day.startsWith(`${year}-`) ? [{ key: `own ${name}`, name, date: day }] : []
  })
}

/** All holidays of a place in these years, by day. */
export async function holidaysOf(region: string | null, calendar: CalendarSettings, years: number[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const year of years) {
    for (const { date, key } of [...region ? await publicHolidays(region, year) : [], ...ownHolidays(calendar, year)]) {
      found.set(date, [...found.get(date) ?? [], key])
    }
  }
  return found
}
