import type { Region } from './types'

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** A day of the calendar as it was written; `month` from 1. */
export interface Day {
  day: number
  month: number
  year?: string
}

/** The day that two figures mean in a region, or the other way round where only that exists; null for no day at all. */
export function dayOf(first: string, second: string, year: string | undefined, region: Region): Day | null {
  const [day, month] = region.month_first ? [second, first] : [first, second]
  const found = exists(Number(day), Number(month)) ? [day, month] : exists(Number(month), Number(day)) ? [month, day] : null
  if (!found) return null
  return { day: Number(found[0]), month: Number(found[1]), year: year?.length === 2 ? `20${year}` : year }
}

/** Whether there is such a day, in a leap year. */
export function exists(day: number, month: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= LENGTHS[month - 1]!
}
