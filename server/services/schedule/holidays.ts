import { and, eq, isNotNull } from 'drizzle-orm'
import { store } from '../../../db/schema'
import type { HolidayList, HolidayQuery, HolidayRegionList } from '../../../shared/schemas/schedule'
import { HolidayRegionSchema, type CalendarSettings } from '../../../shared/schemas/settings'
import { useDb } from '../database'
import { Unprocessable } from '../errors'
import { getSettings } from '../settings/client-settings'

/** A holiday on a day: `key` names it in every year. */
export interface HolidayOn {
  key: string
  name: string
  /** `2026-12-25` */
  date: string
}

const DAY_MS = 86_400_000
/** What begins at noon is no day off: a shop is open in the morning. */
const LEAST_MS = 18 * 3_600_000

/** What was worked out, by region, year and language: it never changes while the process runs. */
const known = new Map<string, Promise<HolidayOn[]>>()
const known_regions = new Map<string, Promise<HolidayRegionList>>()
const MOST_KNOWN = 2_000

/** What was worked out under a name, or is now. */
function keep<T>(kept: Map<string, Promise<T>>, name: string, workOut: () => Promise<T>): Promise<T> {
  if (kept.size >= MOST_KNOWN) kept.clear()
  const found = kept.get(name) ?? workOut()
  kept.set(name, found)
  return found
}

/**
 * The public holidays of a year; one of several days is on each of them.
 * @param region `ES`, `ES-MD`
 * @param language of the names, where the library has it
 * @returns in order; none for a country that the library (date-holidays) does not know
 */
export function publicHolidays(region: string, year: number, language = 'en'): Promise<HolidayOn[]> {
  return keep(known, `${region} ${year} ${language}`, () => lookUp(region, year, language))
}

async function lookUp(region: string, year: number, language: string): Promise<HolidayOn[]> {
  const Holidays = await library()
  const [country, ...rest] = region.split('-') as [string, ...string[]]
  const found = new Holidays({ country, ...rest[0] && { state: rest[0] }, ...rest[1] && { region: rest[1] } }, { languages: [language, 'en'], types: ['public'] })
  return (found.getHolidays(year) || []).flatMap(({ rule, name, date, start, end }) => {
    const long_ms = end.getTime() - start.getTime()
    const first = Date.parse(date.slice(0, 10))
    const days = long_ms < LEAST_MS ? 0 : Math.max(1, Math.round(long_ms / DAY_MS))
    return Array.from({ length: days }, (_, after) => ({ key: `${country} ${rule}`, name, date: new Date(first + after * DAY_MS).toISOString().slice(0, 10) }))
  })
}

/** Large, and only needed where somebody has named a region. */
const library = async () => (await import('date-holidays')).default

/** Countries, and their regions that have holidays of their own, by name in a language. */
export function listHolidayRegions(language = 'en'): Promise<HolidayRegionList> {
  return keep(known_regions, language, () => lookUpRegions(language))
}

async function lookUpRegions(language: string): Promise<HolidayRegionList> {
  const all = new (await library())()
  const countries = new Intl.DisplayNames([language, 'en'], { type: 'region', fallback: 'none' })
  const byName = new Intl.Collator(language)
  const named = (within: string, found: Record<string, string> | undefined) => Object.entries(found ?? {})
    .map(([code, name]) => ({ region: `${within}${code}`, name }))
    .filter(({ region }) => HolidayRegionSchema.safeParse(region).success)
    .sort((a, b) => byName.compare(a.name, b.name))
  const items = named('', all.getCountries(language)).map(({ region: country, name }) => ({
    region: country,
    name: countries.of(country) ?? name,
    regions: named(`${country}-`, all.getStates(country, language)).flatMap((state) => {
      const parts = named(`${state.region}-`, all.getRegions(country, state.region.slice(country.length + 1), language))
      return [state, ...parts.map(part => ({ region: part.region, name: `${state.name} · ${part.name}` }))]
    }),
  }))
  return { items: items.sort((a, b) => byName.compare(a.name, b.name)) }
}

/**
 * The holidays of a year, in order, each once a day: of a region where one is named, else all that the client's stores
 * have, its own days included.
 * @throws Unprocessable for a country that nobody knows the holidays of
 */
export async function listHolidays(clientId: string, { year = new Date().getUTCFullYear(), region, language }: HolidayQuery): Promise<HolidayList> {
  if (region && !(await listHolidayRegions()).items.some(country => country.region === region.split('-')[0])) {
    throw new Unprocessable('holiday_region_unknown', 'The holidays of this country are not known.', [{ path: 'region', message: 'is not a country whose holidays are known' }])
  }
  const calendar = await getSettings(clientId, 'calendar')
  const found = region ? await publicHolidays(region, year, language) : ownHolidays(calendar, year)
  if (!region) for (const each of await regionsOf(clientId, calendar)) found.push(...await publicHolidays(each, year, language))
  const each = new Map(found.map(holiday => [`${holiday.date} ${holiday.key}`, holiday]))
  return { items: [...each.values()].sort((a, b) => a.date < b.date ? -1 : a.date > b.date ? 1 : a.name.localeCompare(b.name)) }
}

/** Whose holidays the client's stores have. */
async function regionsOf(clientId: string, { holiday_region }: CalendarSettings): Promise<Set<string>> {
  const db = await useDb()
  const rows = await db.selectDistinct({ region: store.holiday_region }).from(store).where(and(eq(store.client_id, clientId), isNotNull(store.holiday_region)))
  return new Set([...holiday_region ? [holiday_region] : [], ...rows.map(row => row.region!)])
}

/** Holidays of the client's own in a year. */
export function ownHolidays({ holidays }: CalendarSettings, year: number): HolidayOn[] {
  return holidays.flatMap(({ name, date }) => {
    const day = date.length === 5 ? `${year}-${date}` : date
    const exists = new Date(day).toISOString().startsWith(day)
    return exists && day.startsWith(`${year}-`) ? [{ key: `own ${name}`, name, date: day }] : []
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
