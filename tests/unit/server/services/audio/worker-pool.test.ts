import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bundleWorker } from '../../../../../modules/workers/bundle'
import { closeWorkers, runInWorker, WorkerCrashed } from '../../../../../server/services/audio/worker-pool'

declare module '../../../../../server/services/audio/worker-pool' {
  interface WorkerModules {
    misbehaving: typeof import('../../../../fixtures/workers/misbehaving')
  }
}

const { folder } = vi.hoisted(() => ({ folder: { path: '' } }))
vi.mock('../../../../../server/services/audio/worker-files', () => ({
  locateWorker: async (name: string) => join(folder.path, `${name}.mjs`),
}))

beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'worker-pool-'))
  await bundleWorker({ entry: join(import.meta.dirname, '../../../../fixtures/workers/misbehaving.ts'), outDir: folder.path })
})
afterEach(closeWorkers)
afterAll(() => rm(folder.path, { recursive: true, force: true }))

const add = (...values: number[]) => runInWorker('misbehaving', 'sum', { values: new Float32Array(values) })

describe('the worker pool', () => {
  it('runs a named function off the main thread', async () => {
    const { total, thread } = await add(1, 2, 3)
    expect(total).toBe(6)
    expect(thread).toBeGreaterThan(0)
  })

  it('moves the buffers that it is told to move', async () => {
    const values = new Float32Array([1, 2])
    await runInWorker('misbehaving', 'sum', { values }, { transfer: [values.buffer] })
    expect(values.byteLength).toBe(0)
  })

  it('hands on what a function throws', async () => {
    await expect(runInWorker('misbehaving', 'fail', { reason: 'too loud' })).rejects.toThrow('too loud')
  })

  it.each(['exit', 'exhaustMemory'] as const)('survives a thread that dies of %s, also with jobs waiting', async (name) => {
    const crashes = [0, 1].map(() => expect(runInWorker('misbehaving', name, undefined)).rejects.toBeInstanceOf(WorkerCrashed))
    const waiting = [1, 2, 3, 4].map(value => add(value, value))
    await Promise.all(crashes)
    expect((await Promise.all(waiting)).map(({ total }) => total)).toEqual([2, 4, 6, 8])
    expect((await add(5)).total).toBe(5)
  }, 30_000)

  it('stops a running job and a waiting job when asked to, and goes on', async () => {
    const stop = new AbortController()
    const jobs = [0, 1, 2].map(() => runInWorker('misbehaving', 'spin', undefined, { signal: stop.signal }))
    const outcome = Promise.allSettled(jobs)
    await new Promise(resolve => setTimeout(resolve, 300))
    stop.abort()
    expect((await outcome).map(result => result.status === 'rejected' && result.reason.name)).toEqual(['AbortError', 'AbortError', 'AbortError'])
    expect((await add(1, 1)).total).toBe(2)
  })

  it('refuses a job that was aborted before it began', async () => {
    await expect(runInWorker('misbehaving', 'sum', { values: new Float32Array(1) }, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })
})
