import { describe, expect, it } from 'vitest'
import { NewStoreSchema, OpeningHoursSchema } from '../../../../shared/schemas/client'

const issues = (hours: unknown) => OpeningHoursSchema.safeParse(hours).error?.issues.map(issue => ({ path: issue.path, reason: issue.code === 'custom' ? issue.params?.reason as string : issue.code })) ?? []

describe('opening hours', () => {
  it.each([
    ['none', {}],
    ['one day', { 1: [['09:00', '21:00']] }],
    ['a siesta, in any order, and a closed Sunday', { 6: [['17:00', '21:30'], ['09:30', '14:00']], 7: [] }],
    ['a whole day', { 5: [['00:00', '24:00']] }],
    ['ranges that touch', { 2: [['09:00', '14:00'], ['14:00', '20:00']] }],
  ])('keep what they are given: %s', (_, hours) => {
    expect(OpeningHoursSchema.parse(hours)).toEqual(hours)
    expect(NewStoreSchema.parse({ name: 'Centro', time_zone: 'UTC', opening_hours: hours }).opening_hours).toEqual(hours)
  })

  it.each<[string, unknown, (string | number)[], string]>([
    ['an end before the beginning', { 1: [['21:00', '09:00']] }, ['1', 0], 'hours_order'],
    ['no time at all between them', { 1: [['09:00', '09:00']] }, ['1', 0], 'hours_order'],
    ['two that overlap', { 3: [['09:00', '14:00'], ['13:59', '20:00']] }, ['3', 1], 'hours_overlap'],
    ['two that overlap, the later one first', { 3: [['13:00', '20:00'], ['09:00', '14:00']] }, ['3', 0], 'hours_overlap'],
    ['no time', { 3: [['', '20:00']] }, ['3', 0, 0], 'invalid_format'],
    ['half past midnight as an end', { 3: [['09:00', '24:30']] }, ['3', 0, 1], 'invalid_format'],
    ['midnight as a beginning, in the wrong way', { 3: [['24:00', '24:00']] }, ['3', 0, 0], 'invalid_format'],
    ['too many', { 3: Array.from({ length: 7 }, (_, i) => [`0${i}:00`, `0${i}:30`]) }, ['3'], 'too_big'],
  ])('refuse %s', (_, hours, path, reason) => {
    expect(issues(hours)).toContainEqual({ path, reason })
  })

  it.each([[{ 8: [['09:00', '10:00']] }], [{ monday: [] }], [[]], ['9-21'], [{ 1: '09:00-21:00' }]])('refuse %j', (hours) => {
    expect(OpeningHoursSchema.safeParse(hours).success).toBe(false)
  })
})
