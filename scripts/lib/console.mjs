/** What the commands say: one line a step, with its seconds, and one clear reason when a step fails. */

/** A failure whose message is all that the reader needs: printed without a stack. */
export class Stop extends Error {
  /**
   * @param {string} message
   * @param {string} [details] output of the failed tool, shown above the message
   * @param {number} [exit_code]
   */
  constructor(message, details = '', exit_code = 1) {
    super(message)
    this.details = details
    this.exit_code = exit_code
  }
}

export const seconds = from => `${((performance.now() - from) / 1000).toFixed(1)} s`

/**
 * Runs `work` behind one line: `label … result (1.2 s)`. Dots show that a long step is alive.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @param {(value: T) => string} [describe] the word at the end of the line
 * @returns {Promise<T>}
 */
export async function step(label, work, describe = () => 'done') {
  const from = performance.now()
  process.stdout.write(`${label} …`)
  const alive = setInterval(() => process.stdout.write('.'), 5000)
  alive.unref()
  try {
    const value = await work()
    process.stdout.write(` ${describe(value)} (${seconds(from)})\n`)
    return value
  }
  catch (error) {
    process.stdout.write(` failed (${seconds(from)})\n`)
    throw error
  }
  finally {
    clearInterval(alive)
  }
}

export const say = line => process.stdout.write(`${line}\n`)

/** Prints a failure for people: the tool's own words first, the reason last. */
export function complain(error) {
  if (error instanceof Stop) {
    if (error.details) process.stderr.write(`${error.details.trimEnd()}\n\n`)
    process.stderr.write(`${error.message}\n`)
    return
  }
  process.stderr.write(`${error?.stack ?? error}\n`)
}
