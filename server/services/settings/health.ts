import { sql } from 'drizzle-orm'
import type { Health } from '../../../shared/schemas/settings'
import { version } from '../../../package.json'
import { ffmpegVersion } from '../../providers/transcode/ffmpeg'
import { useFileStore } from '../audio/files'
import { speechProviders } from '../audio/providers'
import { useDatabase } from '../database'
import { useSettings } from './env'

/** A check that takes longer than this has failed, ms. */
const CHECK_WITHIN_MS = 5000
/** Vendors are asked at most this often, ms: health is read by machines, all day. */
const PROVIDERS_EVERY_MS = 60_000

type Check = Health['checks']['database']

let providers: { at: number, checks: Promise<Record<string, Check>> } | undefined

/** Whether the parts of the product work. Never rejects; says nothing that a stranger must not know. */
export async function checkHealth(): Promise<Health> {
  const [database, storage, transcode, vendors] = await Promise.all([
    attempt(async () => {
      const { db, kind } = await useDatabase()
      await db.execute(sql`select 1`)
      return { ok: true, message: kind }
    }),
    attempt(() => useFileStore().check()),
    attempt(checkTranscoder),
    checkProviders(),
  ])
  return {
    status: database.ok && storage.ok ? 'ok' : 'failing',
    version,
    checks: { database, storage, transcode, providers: vendors },
  }
}

async function checkTranscoder(): Promise<Check> {
  const version = await ffmpegVersion(useSettings().FFMPEG_PATH)
  return version ? { ok: true, message: `ffmpeg ${version}` } : { ok: false, message: 'ffmpeg is not there: uploads other than mp3 and WAV fail (FFMPEG_PATH).' }
}

function checkProviders(): Promise<Record<string, Check>> {
  if (!providers || performance.now() - providers.at > PROVIDERS_EVERY_MS) {
    const checks = Promise.all([...speechProviders()].map(async ([name, provider]) => [
      name, await attempt(async () => {
        const { ok, message } = await provider.check(AbortSignal.timeout(CHECK_WITHIN_MS))
        return { ok, message }
      }),
    ] as const)).then(Object.fromEntries)
    providers = { at: performance.now(), checks }
  }
  return providers.checks
}

async function attempt(check: () => Promise<Check>): Promise<Check> {
  const late = new Promise<Check>(resolve => setTimeout(resolve, CHECK_WITHIN_MS, { ok: false, message: 'No answer in time.' }).unref())
  try {
    return await Promise.race([check(), late])
  }
  catch {
    return { ok: false, message: 'Does not work. The log says why.' }
  }
}
