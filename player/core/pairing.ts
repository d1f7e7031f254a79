import type { Api } from './http'
import { ApiError, pause } from './http'

/** A code on the screen, waiting for somebody to enter it. */
export interface Pairing {
  pairing_id: string
  code: string
  secret: string
  expires_at: string
  /** An SVG path in a square of `size`; older servers send none. */
  qr?: { size: number, path: string }
}

export interface PairingOptions {
  api: Api
  /** CSS pixels: by these a set that was reset is known again. */
  screen?: () => { width: number, height: number } | undefined
  onCode: (pairing: Pairing) => void
  onToken: (token: string) => void
  /** Whether the server answers. */
  onReach: (reached: boolean) => void
  limits?: Partial<PairingLimits>
  random?: () => number
}

export interface PairingLimits { poll_ms: number, retry_ms: number, slowest_retry_ms: number }

const LIMITS: PairingLimits = { poll_ms: 2_500, retry_ms: 3_000, slowest_retry_ms: 60_000 }
const PATH = '/api/v1/player/pairings'

interface PairingAnswer { status: 'pending' | 'approved' | 'expired', token?: string }

/** Shows one code after another until one of them has been approved. */
export function createPairing({ api, screen, onCode, onToken, onReach, limits: given, random = Math.random }: PairingOptions) {
  const limits = Object.assign({}, LIMITS, given)
  /** Counts up with every start and stop, so that an older loop notices that it is not wanted any more. */
  let turn = 0

  const wait = (error: unknown, attempt: number) => {
    const asked = error instanceof ApiError ? error.retry_after_ms : null
    const ceiling = Math.min(limits.slowest_retry_ms, limits.retry_ms * Math.pow(2, attempt))
    return pause((asked || 0) + ceiling * (0.5 + random() / 2))
  }

  async function begin(mine: number): Promise<Pairing | null> {
    for (let attempt = 0; mine === turn; attempt++) {
      try {
        const pairing = await api.send<Pairing>('POST', PATH, { body: { screen: screen && screen() } })
        onReach(true)
        return pairing
      }
      catch (error) {
        onReach(error instanceof ApiError)
        await wait(error, attempt)
      }
    }
    return null
  }

  /** The token, or null when this code is of no use any more. */
  async function poll(pairing: Pairing, mine: number): Promise<string | null> {
    for (let failures = 0; mine === turn;) {
      await pause(limits.poll_ms)
      if (mine !== turn) return null
      try {
        const answer = await api.send<PairingAnswer>('GET', `${PATH}/${pairing.pairing_id}`, { bearer: pairing.secret })
        onReach(true)
        failures = 0
        if (answer.status !== 'pending') return answer.token || null
      }
      catch (error) {
        onReach(error instanceof ApiError)
        if (error instanceof ApiError && [401, 403, 404, 410].indexOf(error.status) >= 0) return null
        await wait(error, failures++)
      }
    }
    return null
  }

  async function run(mine: number) {
    while (mine === turn) {
      const pairing = await begin(mine)
      if (!pairing || mine !== turn) return
      onCode(pairing)
      const token = await poll(pairing, mine)
      if (mine !== turn) return
      if (token) {
        turn++
        onToken(token)
      }
      // a code that was refused at once must not turn into a flood of new ones
      else await pause(limits.poll_ms)
    }
  }

  return {
    start: () => void run(++turn),
    stop: () => void turn++,
  }
}
