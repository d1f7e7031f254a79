import { expect, it, vi } from 'vitest'
import { laidAt, type LaidOccurrence, type LayingPlan } from '../../../../../server/services/schedule/laid'
import type { PlannedRule, PlannedStore } from '../../../../../server/services/schedule/plan'
import { SETTING_SCHEMAS } from '../../../../../shared/schemas/settings'
import { chance } from '../../../../../shared/utils/chance'

vi.mock('../../../../../server/services/database', () => ({ useDb: () => Promise.reject(new Error('There is none here.')) }))

const MINUTE = 60_000
const BEGIN = Date.parse('2026-03-28T00:00:00Z')
const STORE = 'store'

function ruleOf(schedule_id: string, about: Partial<PlannedRule['schedule']>, duration_ms: number): PlannedRule {
  const schedule = {
    schedule_id, name: schedule_id, rotation: null, targets: { all: true }, kind: 'interval', interval_minutes: 10, window_start: '00:00', window_end: '23:59', times: null, at: null, opening_edge: null, opening_offset_minutes: null,
    weekdays: [1, 2, 3, 4, 5, 6, 7], from_date: null, until_date: null, exclude: [], skip_holidays: [], time_zone: null, priority: 'scheduled', on_busy: 'after_current', grace_s: 120, repeat: 1, volume: null, paused_until: null, ...about,
  } as PlannedRule['schedule']
  const sound = { audio_id: `sound ${duration_ms}`, sha256: 'a', duration_ms, title: schedule_id, text: '', words: null, valid_from: null, valid_until: null, colour: null, weight: 1 }
  return { schedule, sounds: [sound], due: new Map(), stamp: 1 }
}

/** A place where much is due, and little may air. */
function busyPlan(seed: number): LayingPlan {
  const random = chance(seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const place = {
    store_id: STORE, time_zone: 'Europe/Madrid', opening_hours: null, opening_exceptions: [], player_settings: null, holidays: new Map(), alike: 'a', open_alike: 'a', holidays_alike: 'a', holiday_region: null,
    limits: { ...SETTING_SCHEMAS.limits.parse({}), min_gap_s: pick([0, 60, 600]), max_per_hour: pick([0, 6]), max_same_per_hour: pick([0, 3]), move_up_to_minutes: pick([5, 60]) },
  } as unknown as PlannedStore
  const everywhere = Array.from({ length: 6 }, (_, at) => ruleOf(`rule ${at}`, {
    interval_minutes: 3 + Math.floor(random() * 30), window_start: `0${at}:0${at}`, priority: pick(['scheduled', 'scheduled', 'live', 'emergency'] as const), on_busy: pick(['after_current', 'interrupt', 'drop'] as const), grace_s: pick([30, 300, 1800]), repeat: pick([1, 2]),
  }, 10_000 + Math.floor(random() * 200_000)))
  return { everywhere, by_store: new Map(), by_player: new Map(), groups: new Map(), airing: SETTING_SCHEMAS.player.parse({}), stores: new Map([[STORE, place]]) }
}

const said = ({ due_ms, rule, verdict, starts_ms, ends_ms, expires_ms, by, because, not_before_ms, limited }: LaidOccurrence) =>
  [rule.schedule.schedule_id, new Date(due_ms).toISOString(), verdict, starts_ms - due_ms, ends_ms - due_ms, expires_ms - due_ms, by, because, not_before_ms, limited].join(' ')

it('an occurrence has the same fate for whatever span it is asked, also in the night on which clocks change', () => {
  const verdicts = new Set<string>()
  for (let seed = 1; seed <= 12; seed++) {
    const random = chance(seed * 7)
    const plan = busyPlan(seed)
    const whole = laidAt(plan, STORE, { from: BEGIN, to: BEGIN + 5 * 24 * 60 * MINUTE })
    expect(whole.length).toBeGreaterThan(500)
    for (const { verdict } of whole) verdicts.add(verdict)
    for (let part = 0; part < 15; part++) {
      const from = BEGIN + Math.floor(random() * 3 * 24 * 60) * MINUTE
      const to = from + Math.floor(1 + random() * (part % 2 ? 90 : 2000)) * MINUTE
      expect(laidAt(plan, STORE, { from, to }).map(said)).toEqual(whole.filter(({ due_ms }) => due_ms >= from && due_ms < to).map(said))
    }
  }
  expect([...verdicts].sort()).toEqual(['airs', 'cut', 'dropped', 'moved'])
})
