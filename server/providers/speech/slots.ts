interface Waiting {
  start(): void
}

/** Lets at most `size` works run at once; the others wait their turn, first come first served. */
export class Slots {
  #size: number
  #running = 0
  #waiting: Waiting[] = []

  constructor(size: number) {
    this.#size = size
  }

  get size(): number {
    return this.#size
  }

  resize(size: number): void {
    this.#size = Math.max(1, size)
    this.#fill()
  }

  /** Rejects with the signal's reason when it is aborted before the work could start. */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(signal)
    try {
      return await work()
    }
    finally {
      this.#running--
      this.#fill()
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter(other => other !== turn)
        reject(signal.reason)
      }
      const turn: Waiting = {
        start: () => {
          signal.removeEventListener('abort', leave)
          this.#running++
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(turn)
      this.#fill()
    })
  }

  #fill(): void {
    while (this.#running < this.#size && this.#waiting.length > 0) this.#waiting.shift()?.start()
  }
}
