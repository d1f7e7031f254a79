import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { playIdOf } from '../../../../shared/utils/play-id'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const PLANNED = { schedule_id: '01920000-0000-7000-8000-000000000001', due_at: '2026-11-23T18:45:00.000Z', player_id: '01920000-0000-7000-8000-000000000002' }
const idOf = (more: Partial<typeof PLANNED> = {}) => playIdOf({ ...PLANNED, ...more }, sha256)

it('is the same for the same moment, however that is written', () => {
  expect(idOf({ due_at: '2026-11-23T18:45:00Z' })).toBe(idOf())
  expect(idOf({ due_at: '2026-11-23T19:45:00+01:00' })).toBe(idOf())
})

// Players and servers of different ages work it out: it must never change.
it('is the beginning of the hash, as a UUID of version 8', () => {
  const hex = sha256('01920000-0000-7000-8000-000000000001 2026-11-23T18:45:00.000Z 01920000-0000-7000-8000-000000000002')
  expect(idOf().replaceAll('-', '').slice(0, 12)).toBe(hex.slice(0, 12))
  expect(idOf()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('differs with schedule, moment and player, and is a UUID always', () => {
  const ids = Array.from({ length: 1000 }, (_, minute) => idOf({ due_at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() }))
  expect(new Set([...ids, idOf({ schedule_id: PLANNED.player_id }), idOf({ player_id: PLANNED.schedule_id })]).size).toBe(1002)
  for (const id of ids) expect(z.uuid().safeParse(id).success).toBe(true)
})
