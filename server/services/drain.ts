/** Works off what waits in rows, in this instance. */
export interface Drain {
  /**
   * Makes true: nothing that was there at the call waits while this instance has nothing to do.
   * @returns how much was done by the round that is under way
   */
  drain: () => Promise<number>
  /** Stops what is under way and waits for it. What comes afterwards begins a round of its own. */
  stop: () => Promise<void>
}

/**
 * One thing after another until nothing waits. A call during a round is heard by that round, at its very end too: whoever
 * wrote a row and then calls is never forgotten.
 * @param next does one thing, and ends it early when the signal is aborted; false when nothing waits
 */
export function createDrain(next: (signal: AbortSignal) => Promise<boolean>): Drain {
  let draining: Promise<number> | undefined
  let again = false
  let closing = new AbortController()

  async function round({ signal }: AbortController): Promise<number> {
    let done = 0
    try {
      while (again && !signal.aborted) {
        again = false
        while (!signal.aborted && await next(signal)) done++
      }
      return done
    }
    finally {
      // In the same turn as the last look at `again`: not one call falls in between.
      draining = undefined
    }
  }

  return {
    drain() {
      again = true
      // A turn later, so that a round which ends at once has been noted before.
      draining ??= Promise.resolve(closing).then(round)
      return draining
    },
    async stop() {
      closing.abort(new DOMException('The server stops.', 'AbortError'))
      await draining?.catch(() => {})
      closing = new AbortController()
    },
  }
}
