/** The server's time on a device whose own clock may be wrong, stepped or asleep. */
export interface Clock {
  /** The server's time, ms since 1970; the device's own as long as the server has said nothing. */
  now: () => number
  /** A clock of this page that only goes forward, ms: what `ping.t` carries. */
  mono: () => number
  /** Server minus device, ms; null before the first exchange. */
  offsetMs: () => number | null
  /** One exchange: when the question left (by {@link Clock.mono}) and the time that the answer carried. */
  learn: (sentAt: number, serverTime: string) => void
  /** The device slept: its monotonic clock may have stood still, so the hands move on by its wall clock. */
  slept: () => void
}

interface Sample { offset: number, delay: number }

/** Exchanges looked back at: the one with the shortest way says the truth, whatever the others met on theirs. */
const KEPT = 8

/** A clock kept in step by a minimum-delay filter over the latest exchanges. */
export function createClock(): Clock {
  const mono = () => performance.now()
  let samples: Sample[] = []
  /** Server minus monotonic clock. */
  let offset: number | null = null
  /** Wall minus monotonic clock when the offset was learnt. */
  let lead = Date.now() - mono()

  return {
    mono,
    now: () => offset === null ? Date.now() : mono() + offset,
    offsetMs: () => offset === null ? null : Math.round(mono() + offset - Date.now()),
    learn(sentAt, serverTime) {
      const server = Date.parse(serverTime)
      const received = mono()
      const delay = received - sentAt
      if (isNaN(server) || !(delay >= 0)) return
      samples = samples.concat({ offset: server + delay / 2 - received, delay }).slice(-KEPT)
      offset = samples.reduce((best, sample) => sample.delay < best.delay ? sample : best).offset
      lead = Date.now() - received
    },
    slept() {
      const jump = Date.now() - mono() - lead
      samples = []
      // a step backwards is somebody setting the clock, never sleep
      if (offset !== null && jump > 0) offset += jump
      lead = Date.now() - mono()
    },
  }
}
