import { once } from 'node:events'
import { resourceLimits, Worker } from 'node:worker_threads'
import type { Checked, CheckedSound, CheckedStream } from './checking'

/** Begins the check of one sound: hand it every part of the mp3 as it is encoded, and get its figures in the end. */
export type Checker = (sound: CheckedSound) => { push: (part: Uint8Array) => void, end: () => Promise<Checked> }

// One for the life of the thread that asks; it ends together with it.
let beside: Worker | undefined

/** A checker that works in a thread of its own, `file` (the bundle of `server/workers/checker.ts`). One sound at a time. */
export function checkerIn(file: string): Checker {
  return (sound) => {
    const thread = beside ??= start(file)
    const send = (message: CheckedStream) => thread.postMessage(message)
    // From the first on, so that a thread that dies under the sound is noticed.
    const answer = once(thread, 'message') as Promise<[Checked]>
    answer.catch(() => {})
    send(sound)
    return {
      push: send,
      end: async () => {
        send('end')
        return (await answer)[0]
      },
    }
  }
}

function start(file: string): Worker {
  const thread = new Worker(file, { resourceLimits })
  thread.unref()
  thread.once('exit', () => {
    if (beside === thread) beside = undefined
  })
  return thread
}
