import { describe, expect, it } from 'vitest'
import type { CalendarItem, Schedule } from '#shared/schemas/schedule'
import { wallAt } from '#shared/utils/wall-clock'
import { daysMoved, patchOfMove, scopesOf, timeLater, type CalendarMove } from '~/composables/useEventMove'
import { changesOfForm, draftOfForm, formOfSchedule, newScheduleForm, requestOfForm } from '~/composables/useScheduleForm'
import { aSchedule } from '../../fixtures/dashboard'

const HOUR = 3_600_000
const wall = (instant: string | number, zone: string) => wallAt(typeof instant === 'string' ? Date.parse(instant) : instant, zone)

function moved(rule: Partial<Schedule>, due_at: string, start_ms: number, end_ms = start_ms): { rule: Schedule, move: CalendarMove } {
  const schedule = aSchedule(rule)
  const item: CalendarItem = {
    schedule_id: schedule.schedule_id, name: null, title: 'Cierre', audio_id: schedule.audio_id!, colour: null, priority: 'scheduled', kind: schedule.kind, due_at, starts_at: due_at, ends_at: due_at,
    count: 1, stores: 1, moved: 0, dropped: 0, rule: null, because: null, interval_minutes: schedule.interval_minutes, store_id: schedule.schedule_id, time_zone: 'Europe/Madrid',
  }
  return { rule: schedule, move: { item, start_ms, end_ms } }
}
const patch = (rule: Partial<Schedule>, due_at: string, start_ms: number, scope: Parameters<typeof patchOfMove>[2], end_ms?: number) => {
  const { rule: schedule, move } = moved(rule, due_at, start_ms, end_ms)
  return patchOfMove(schedule, move, scope, wall)
}
const WINDOW = { kind: 'interval', times: null, interval_minutes: 30, window_start: '09:00', window_end: '21:00' } as const

describe('what was moved on the calendar', () => {
  it('says what to change: the time of one, of all, the window, the distance to closing', () => {
    // 2 December 2026 is a Wednesday; Madrid is an hour ahead of UTC.
    expect(patch({ times: ['11:00', '18:00'] }, '2026-12-02T10:00:00Z', HOUR, 'this')).toEqual({ at: '2026-12-02T12:00' })
    expect(patch({ times: ['11:00', '18:00'] }, '2026-12-02T10:00:00Z', HOUR, 'following')).toEqual({ times: ['12:00', '18:00'] })
    expect(patch({ times: ['11:00', '11:30:15'] }, '2026-12-02T10:30:15Z', HOUR, 'all')).toEqual({ times: ['11:00', '12:30:15'] })
    expect(patch({ times: ['11:00'], weekdays: [3] }, '2026-12-02T10:00:00Z', 25 * HOUR, 'all')).toEqual({ times: ['12:00'], weekdays: [4] })
    expect(patch({ kind: 'once', times: null, at: '2026-12-02T11:00' }, '2026-12-02T10:00:00Z', 48 * HOUR, 'all')).toEqual({ at: '2026-12-04T11:00' })
    expect(patch(WINDOW, '2026-12-02T08:00:00Z', HOUR / 2, 'all')).toEqual({ window_start: '09:30', window_end: '21:30' })
    expect(patch(WINDOW, '2026-12-02T08:00:00Z', 0, 'day', -HOUR)).toEqual({ window_start: '09:00', window_end: '20:00' })
    expect(patch(WINDOW, '2026-12-02T08:00:00Z', 24 * HOUR, 'day')).toEqual({ from_date: '2026-12-03', until_date: '2026-12-03', window_start: '09:00', window_end: '21:00' })
    expect(patch({ kind: 'opening', times: null, opening_edge: 'closes', opening_offset_minutes: -15 }, '2026-12-02T20:45:00Z', HOUR / 6, 'all')).toEqual({ opening_offset_minutes: -5 })
  })

  it('goes by the clocks where it airs, also when they change', () => {
    // Madrid's clocks go back on 25 October 2026: from Saturday noon to Sunday noon are 25 hours.
    expect(patch({ kind: 'once', times: null, at: '2026-10-24T12:00' }, '2026-10-24T10:00:00Z', 25 * HOUR, 'all')).toEqual({ at: '2026-10-25T12:00' })
    const { move } = moved({}, '2026-10-24T10:00:00Z', 25 * HOUR)
    expect(daysMoved(move, wall)).toBe(1)
  })

  it('offers what can be meant: what airs every day has no other day to go to', () => {
    expect(scopesOf(aSchedule(), 0)).toEqual(['this', 'following', 'all'])
    expect(scopesOf(aSchedule(), 1)).toEqual(['this'])
    expect(scopesOf(aSchedule({ weekdays: [3] }), 1)).toEqual(['this', 'following', 'all'])
    expect(scopesOf(aSchedule(WINDOW), 0)).toEqual(['day', 'following', 'all'])
    expect(scopesOf(aSchedule({ kind: 'once' }), 1)).toEqual(['all'])
  })

  it('goes round midnight', () => {
    expect([timeLater('23:30', 45), timeLater('00:10', -20), timeLater('10:00:30', 1)]).toEqual(['00:15', '23:50', '10:01:30'])
  })
})

describe('the form of a schedule', () => {
  it('asks only for what its kind has, and for nothing while something is missing', () => {
    expect(requestOfForm(newScheduleForm())).toBeNull()
    const messages = [{ audio_id: 'a', weight: 1, title: 'Cierre', duration_ms: 4000, colour: null }]
    const request = requestOfForm(newScheduleForm({ messages, kind: 'times', times: ['12:00'], window_start: '09:00', name: '  ' }))!
    expect(request).toMatchObject({ kind: 'times', times: ['12:00'], window_start: null, interval_minutes: null, at: null, name: null, rotation: null })
    expect(requestOfForm(newScheduleForm({ messages, targets: null }))).toBeNull()
    expect(draftOfForm(newScheduleForm({ targets: null }))).not.toHaveProperty('targets')
  })

  it('sends of a schedule only what was changed', () => {
    const schedule = aSchedule({ times: ['12:00'], exclude: ['2026-12-24'] })
    const form = formOfSchedule(schedule)
    expect(changesOfForm(schedule, requestOfForm(form)!)).toEqual({})
    expect(changesOfForm(schedule, requestOfForm({ ...form, times: ['13:00'], volume: 0.5 })!)).toEqual({ times: ['13:00'], volume: 0.5 })
    expect(changesOfForm(schedule, requestOfForm({ ...form, kind: 'interval' })!)).toMatchObject({ kind: 'interval', times: null, interval_minutes: 30 })
  })
})
