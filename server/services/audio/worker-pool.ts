import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { locateWorker } from './worker-files'

/**
 * The functions of every worker thread, by file name below `server/workers/`. Add a line when adding a file; names,
 * payloads and results of `runInWorker` are then checked.
 */
export interface WorkerModules {
  audio: typeof import('../../workers/audio')
  espeak: typeof import('../../workers/espeak')
}

/** Where the types of the browser are known too, the pool mistakes its own list for an option of theirs. */
type TransferList = NonNullable<Parameters<Piscina['run']>[1]>['transferList']

type WorkerFunction = (payload: never) => unknown
type FunctionNames<Module> = { [Name in keyof Module]: Module[Name] extends WorkerFunction ? Name : never }[keyof Module] & string
type PayloadOf<Fn> = Fn extends (payload: infer Payload) => unknown ? Payload : never
type ResultOf<Fn> = Fn extends (payload: never) => infer Result ? Awaited<Result> : never

export interface RunOptions {
  /** Aborting takes a waiting job out of the queue and kills the thread of a running one; rejects with `AbortError`. */
  signal?: AbortSignal
  /** Buffers of the payload to move instead of copy; the caller cannot use them afterwards. */
  transfer?: ArrayBuffer[]
}

/** A thread died under a job (out of memory, `process.exit`): the job is lost, the next one gets a new thread. */
export class WorkerCrashed extends Error {
  override name = 'WorkerCrashed'
  constructor(worker: string, functionName: string, options?: ErrorOptions) {
    super(`The worker thread died while running ${worker}.${functionName}.`, options)
  }
}

const IDLE_MS = 60_000
// Sound and wasm memory live outside of the heap of JavaScript.
const HEAP_MB = 256
/** Room for what lives as long as one sound: with the 16 MB of the default, a tenth of the time goes into collecting it. */
const YOUNG_MB = 64

/** One for each file: the language data of one must not be walked through when the garbage of another is collected. */
const pools = new Map<keyof WorkerModules, Piscina>()

/**
 * Runs an exported function of `server/workers/<worker>.ts` in a worker thread and gives back what it returns.
 *
 * To add a worker: write `server/workers/<name>.ts` with named exports `async (payload) => result` — only values that
 * structured clone can carry — and add its line to `WorkerModules`. The module `modules/workers` bundles it with all of
 * its packages; in tests and scripts it is bundled from the sources on first use. State at the top of the file lives as
 * long as its thread, so keep costly set-up (a compiled wasm module) there, and nothing that belongs to one caller.
 *
 * Each worker has a pool of min(2, cores) threads of its own, started at its first job; the second ends after a minute
 * without work. What a function throws arrives with its message and stack but loses its class and its other fields:
 * return an outcome that a caller must tell apart as data.
 *
 * @throws WorkerCrashed when the thread died, `AbortError` when the signal was aborted, else what the function threw
 */
export async function runInWorker<Worker extends keyof WorkerModules & string, Name extends FunctionNames<WorkerModules[Worker]>>(
  worker: Worker,
  name: Name,
  payload: PayloadOf<WorkerModules[Worker][Name]>,
  { signal, transfer }: RunOptions = {},
): Promise<ResultOf<WorkerModules[Worker][Name]>> {
  signal?.throwIfAborted()
  const filename = await locateWorker(worker)
  const pool = pools.get(worker) ?? openPool()
  pools.set(worker, pool)
  try {
    return await pool.run(payload, { filename, name, signal: signal ?? null, transferList: transfer as TransferList })
  }
  catch (error) {
    signal?.throwIfAborted()
    throw isCrash(error) ? new WorkerCrashed(worker, name, { cause: error }) : error
  }
}

/** Ends every thread; running jobs reject. The next job starts a new pool. For the end of the server and of a test. */
export async function closeWorkers(): Promise<void> {
  const closing = [...pools.values()]
  pools.clear()
  await Promise.all(closing.map(pool => pool.destroy()))
}

function openPool(): Piscina {
  const opened = new Piscina({
    // At least one: the pool does not refill itself for waiting jobs when its last thread dies.
    minThreads: 1,
    maxThreads: Math.min(2, availableParallelism()),
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    recordTiming: false,
  })
  // A thread that dies between two jobs concerns nobody, but an `error` event without a listener ends the process.
  opened.on('error', () => {})
  return opened
}

function isCrash(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.message.startsWith('worker exited with code')
    || ('code' in error && (error.code === 'ERR_WORKER_OUT_OF_MEMORY' || error.code === 'ERR_WORKER_TERMINATED'))
    || error.message === 'Terminating worker thread'
}
