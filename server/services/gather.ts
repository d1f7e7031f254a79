import DataLoader from 'dataloader'

export interface GatherOptions {
  /** The first call waits this long for others, ms. */
  within_ms: number
  /** More than these are worked on in turns. */
  most: number
}

/**
 * Makes many calls of one moment into one piece of work: one query instead of a thousand.
 * @param work gets what was asked for, in order, and answers in the same order; an Error is that call's own
 * @returns asks for one
 */
export function gather<Asked, Answer>(work: (asked: readonly Asked[]) => Promise<readonly (Answer | Error)[]>, { within_ms, most }: GatherOptions): (asked: Asked) => Promise<Answer> {
  const loader = new DataLoader(work, { cache: false, maxBatchSize: most, batchScheduleFn: run => void setTimeout(run, within_ms) })
  return asked => loader.load(asked)
}
