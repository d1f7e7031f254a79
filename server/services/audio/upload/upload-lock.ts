import { and, eq, lt, sql } from 'drizzle-orm'
import { setTimeout as sleep } from 'node:timers/promises'
import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/server'
import { uuidv7 } from 'uuidv7'
import { uploadLock } from '../../../../db/schema'
import { useDb } from '../../database'
import { useLogger } from '../../logger'

/** Whoever holds an upload says so this often, and has lost it after that long; who waits looks this often. */
const RENEWED_EVERY_MS = 1000
const LEASE_S = 15
const LOOKED_EVERY_MS = 200
const WAIT_MS = 30_000

const lease = () => sql`now() + make_interval(secs => ${LEASE_S})`

/**
 * One request at a time writes to an upload, whichever instance it came to. A request that comes while another holds it
 * asks for it: the older one is then cut off, for its connection is most often one that dropped without anybody noticing.
 */
export const uploadLocker: Locker = { newLock: id => createLock(id) }

function createLock(upload_id: string): Lock {
  const holder = uuidv7()
  const mine = and(eq(uploadLock.upload_id, upload_id), eq(uploadLock.holder, holder))
  let renewing: ReturnType<typeof setInterval> | undefined

  async function take(): Promise<boolean> {
    const db = await useDb()
    const fresh = { holder, is_wanted: false, leased_until: lease() }
    const taken = await db.insert(uploadLock).values({ upload_id, ...fresh })
      .onConflictDoUpdate({ target: uploadLock.upload_id, set: fresh, setWhere: lt(uploadLock.leased_until, sql`now()`) }).returning({ holder: uploadLock.holder })
    return taken.length > 0
  }

  async function renew(release: RequestRelease): Promise<void> {
    const db = await useDb()
    const [held] = await db.update(uploadLock).set({ leased_until: lease() }).where(mine).returning({ is_wanted: uploadLock.is_wanted })
    // Wanted by somebody, or lost to them.
    if (!held || held.is_wanted) await release()
  }

  return {
    async lock(signal, release) {
      const deadline = performance.now() + WAIT_MS
      while (!await take()) {
        if (signal.aborted || performance.now() > deadline) throw ERRORS.ERR_LOCK_TIMEOUT
        await (await useDb()).update(uploadLock).set({ is_wanted: true }).where(eq(uploadLock.upload_id, upload_id))
        await sleep(LOOKED_EVERY_MS)
      }
      renewing = setInterval(() => {
        renew(release).catch(error => useLogger('audio').warn({ err: error }, 'the lease of an upload is not renewed'))
      }, RENEWED_EVERY_MS)
    },
    async unlock() {
      clearInterval(renewing)
      await (await useDb()).delete(uploadLock).where(mine)
    },
  }
}

/** Does the work while nobody else writes to the upload. @throws what the work throws, or when it is held for too long */
export async function withUploadLock<T>(upload_id: string, work: () => Promise<T>): Promise<T> {
  const lock = createLock(upload_id)
  await lock.lock(new AbortController().signal, () => {})
  try {
    return await work()
  }
  finally {
    await lock.unlock()
  }
}

/** Makes true: nothing is kept of holders that died. */
export async function forgetDeadLocks(): Promise<void> {
  const db = await useDb()
  await db.delete(uploadLock).where(lt(uploadLock.leased_until, sql`now() - interval '1 hour'`))
}
