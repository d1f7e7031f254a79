import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Api } from '../../../../player/core/http'
import { ApiError } from '../../../../player/core/http'
import type { Pairing } from '../../../../player/core/pairing'
import { createPairing } from '../../../../player/core/pairing'

type Answer = { status: string, token?: string } | Error

let begun: number
let asked: unknown[]
let polled: string[]
let answers: Answer[]
let failures: Error[]
let codes: Pairing[]
let tokens: string[]
let reached: boolean[]

const api: Api = {
  send: async <T>(method: string, path: string, { bearer, body }: { bearer?: string | null, body?: unknown } = {}) => {
    if (method === 'POST') {
      asked.push(body)
      const failure = failures.shift()
      if (failure) throw failure
      begun++
      return { pairing_id: `p${begun}`, code: `CODE000${begun}`, secret: `s${begun}`, expires_at: '' } as T
    }
    polled.push(`${path} ${bearer}`)
    const answer = answers.shift() ?? { status: 'pending' }
    if (answer instanceof Error) throw answer
    return answer as T
  },
}
const create = () => createPairing({
  api,
  screen: () => ({ width: 1920, height: 1080 }),
  onCode: pairing => codes.push(pairing),
  onToken: token => tokens.push(token),
  onReach: value => reached.push(value),
  random: () => 0.5,
})
let pairing: ReturnType<typeof create>

beforeEach(() => {
  vi.useFakeTimers()
  begun = 0
  asked = []
  polled = []
  answers = []
  failures = []
  codes = []
  tokens = []
  reached = []
  pairing = create()
})
afterEach(() => {
  pairing.stop()
  vi.useRealTimers()
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('pairing', () => {
  it('shows a code, asks about it with its secret every 2 to 3 seconds, and hands over the token once', async () => {
    pairing.start()
    await pass(10_000)
    expect(asked).toEqual([{ screen: { width: 1920, height: 1080 } }])
    expect(codes.map(({ code }) => code)).toEqual(['CODE0001'])
    expect(polled).toEqual(Array(4).fill('/api/v1/player/pairings/p1 s1'))
    answers = [{ status: 'approved', token: 'the token' }]
    await pass(10_000)
    expect(tokens).toEqual(['the token'])
    expect(polled).toHaveLength(5)
  })

  it.each([
    ['has expired', { status: 'expired' }],
    ['was approved, but its token is gone', { status: 'approved' }],
    ['is not known any more', new ApiError(404, 'not_found', null)],
    ['is refused', new ApiError(401, 'unauthorized', null)],
  ])('shows a new code when the old one %s', async (_what, answer) => {
    pairing.start()
    answers = [answer as Answer]
    await pass(6_000)
    expect(codes.map(({ code }) => code)).toEqual(['CODE0001', 'CODE0002'])
    expect(tokens).toEqual([])
  })

  it('keeps its code through trouble on the network and a server that is not well', async () => {
    pairing.start()
    answers = [new Error('no network'), new ApiError(503, 'unavailable', null), { status: 'approved', token: 't' }]
    await pass(60_000)
    expect(codes).toHaveLength(1)
    expect(tokens).toEqual(['t'])
    expect(reached).toEqual([true, false, true, true])
  })

  it('tries again, ever less often, when no code can be had', async () => {
    failures = Array.from({ length: 5 }, () => new Error('no network'))
    pairing.start()
    await pass(2_000)
    expect(codes).toHaveLength(0)
    await pass(120_000)
    expect(codes).toHaveLength(1)
  })

  it('waits as long as a server that has had enough asks', async () => {
    failures = [new ApiError(429, 'too_many', 60_000)]
    pairing.start()
    await pass(59_000)
    expect(begun).toBe(0)
    await pass(10_000)
    expect(begun).toBe(1)
  })

  it('does nothing more once it has been stopped', async () => {
    pairing.start()
    await pass(3_000)
    pairing.stop()
    answers = [{ status: 'approved', token: 't' }]
    await pass(30_000)
    expect(tokens).toEqual([])
  })
})
