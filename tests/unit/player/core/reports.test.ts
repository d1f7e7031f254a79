import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Api } from '../../../../player/core/http'
import { ApiError } from '../../../../player/core/http'
import type { Keep } from '../../../../player/core/keep'
import { memoryStore, storageKeep } from '../../../../player/core/keep'
import type { Reports } from '../../../../player/core/reports'
import { createReports } from '../../../../player/core/reports'
import type { PlayReport } from '../../../../shared/protocol'

const started = (play_id: string = randomUUID()): PlayReport => ({ type: 'play_started', play_id, started_at: '2026-03-01T12:00:00.000Z' })
const skipped = (play_id: string = randomUUID()): PlayReport => ({ type: 'play_skipped', play_id, reason: 'expired', at: '2026-03-01T12:00:00.000Z' })

let keep: Keep
let reports: Reports
let sent: PlayReport[]
const send = (report: PlayReport) => {
  sent.push(report)
  return true
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  keep = storageKeep(memoryStore())
  reports = createReports(keep)
  sent = []
})
afterEach(() => vi.useRealTimers())

describe('reports over the socket', () => {
  it('go out once, in order, and stay until they are confirmed', async () => {
    const [a, b] = [started(), skipped()]
    await reports.add(a)
    await reports.add(b)
    reports.flush(send)
    reports.flush(send)
    expect(sent).toEqual([a, b])
    reports.confirm(a.play_id, 'play_ended')
    expect(reports.waiting()).toEqual([a, b])
    reports.confirm(a.play_id, 'play_started')
    expect(reports.waiting()).toEqual([b])
  })

  it('go out again after a welcome, and when they are not confirmed, ever less often', async () => {
    await reports.add(skipped())
    reports.flush(send)
    reports.flush(send, true)
    expect(sent).toHaveLength(2)
    const gaps: number[] = []
    let last = performance.now()
    while (gaps.length < 8) {
      vi.advanceTimersByTime(1_000)
      const before = sent.length
      reports.flush(send)
      if (sent.length === before) continue
      gaps.push(Math.round((performance.now() - last) / 1000))
      last = performance.now()
    }
    expect(gaps).toEqual([15, 30, 60, 120, 240, 480, 600, 600])
  })

  it('wait when the socket does not take them', async () => {
    await reports.add(skipped())
    reports.flush(() => false)
    reports.flush(send)
    expect(sent).toHaveLength(1)
  })

  it('survive a reload', async () => {
    const report = skipped()
    await reports.add(report)
    const after = createReports(keep)
    await after.load()
    expect(after.waiting()).toEqual([report])
    after.confirm(report.play_id, report.type)
    const later = createReports(keep)
    await later.load()
    expect(later.waiting()).toEqual([])
  })
})

describe('reports over HTTP', () => {
  const bodies: PlayReport[][] = []
  const api = (answer: (batch: PlayReport[]) => void): Api => ({
    send: async <T>(_method: string, path: string, request: { body?: unknown, bearer?: string | null } = {}) => {
      expect([path, request.bearer]).toEqual(['/api/v1/player/plays', 'token'])
      const batch = (request.body as { reports: PlayReport[] }).reports
      bodies.push(batch)
      answer(batch)
      return {} as T
    },
  })
  beforeEach(() => bodies.splice(0))

  it('go in batches, and are then on record', async () => {
    for (let i = 0; i < 120; i++) await reports.add(skipped())
    await reports.upload(api(() => undefined), 'token')
    expect(bodies.map(batch => batch.length)).toEqual([100, 20])
    expect(reports.waiting()).toEqual([])
  })

  it('stay when the server cannot be reached', async () => {
    await reports.add(skipped())
    await expect(reports.upload(api(() => {
      throw new Error('no network')
    }), 'token')).rejects.toThrow('no network')
    expect(reports.waiting()).toHaveLength(1)
  })

  it('are not held up by one that the server will never take', async () => {
    const [good, bad, other] = [skipped(), skipped(), skipped()]
    for (const report of [good, bad, other]) await reports.add(report)
    const taken: PlayReport[] = []
    await reports.upload(api((batch) => {
      if (batch.includes(bad)) throw new ApiError(422, 'invalid', null)
      taken.push(...batch)
    }), 'token')
    expect(taken).toEqual([good, other])
    expect(reports.waiting()).toEqual([])
  })

  it('are kept when the token is not taken', async () => {
    await reports.add(skipped())
    await expect(reports.upload(api(() => {
      throw new ApiError(401, 'unauthorized', null)
    }), 'token')).rejects.toThrow('401')
    expect(reports.waiting()).toHaveLength(1)
  })
})
