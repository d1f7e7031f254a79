import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { TooManyRequests } from './errors'

/** How often each act may happen: `points` in `duration` seconds, for each caller. */
const LIMITS = {
  setup: { points: 10, duration: 60 },
  invitation: { points: 20, duration: 60 },
  pairing: { points: 60, duration: 60 },
  pairing_poll: { points: 90, duration: 60 },
  pairing_approve: { points: 10, duration: 60 },
  generate: { points: 60, duration: 60 },
  mix: { points: 120, duration: 60 },
  sample: { points: 60, duration: 60 },
  alert_test: { points: 10, duration: 60 },
} as const

export type Limit = keyof typeof LIMITS

const limiters = new Map<Limit, RateLimiterMemory>()

/**
 * Counts one act of a caller. Counters are this instance's own: with several instances the limit is that many times higher.
 * (Sign-in is counted in the database, by better-auth.)
 * @param limit which act
 * @param caller who: an address, a client's id
 * @throws TooManyRequests with the seconds to wait
 */
export async function countAct(limit: Limit, caller: string): Promise<void> {
  let limiter = limiters.get(limit)
  if (!limiter) {
    limiter = new RateLimiterMemory(LIMITS[limit])
    limiters.set(limit, limiter)
  }
  try {
    await limiter.consume(caller)
  }
  catch (refused) {
    if (refused instanceof RateLimiterRes) throw new TooManyRequests(refused.msBeforeNext / 1000, undefined, 'rate_limited')
    throw refused
  }
}

/**
 * {@link countAct} for what could be guessed: only tries that fail are counted.
 * @param work one try
 */
export async function countFailures<T>(limit: Limit, caller: string, work: () => Promise<T>): Promise<T> {
  await countAct(limit, caller)
  const result = await work()
  await limiters.get(limit)!.reward(caller)
  return result
}
