import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { message, messageVersion } from '../../../../../db/schema'
import { storeFile } from '../../../../../server/services/audio/files'
import { listVersions, restoreVersion } from '../../../../../server/services/library/versions'
import { DEFAULT_VOICE_SETTINGS } from '../../../../../shared/schemas/voice'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addMessages } from '../../../../fixtures/library'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-versions-'))
  vi.stubEnv('DATA_DIR', dir)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

onBothDatabases('a version', (use) => {
  let db: Db
  let sha256: string
  beforeAll(async () => {
    db = use().db
    opened.db = db
    await addClient(db, 'shop')
    sha256 = await db.transaction(tx => storeFile(tx, Buffer.from('sound'), 'audio/mpeg'))
  })

  const sourceOf = async (audio_id: string) => (await db.select({ source: message.source }).from(message).where(eq(message.audio_id, audio_id)))[0]!.source

  it('comes back as what it was: recorded, uploaded or spoken', async () => {
    const [audio_id] = await addMessages(db, 'shop', [{ source: 'generated', voice_settings: DEFAULT_VOICE_SETTINGS, sha256, version: 3 }])
    const kept = { client_id: 'shop', audio_id: audio_id!, title: 'x', text: 'x', voice_name: '', sha256 }
    const rows = await db.insert(messageVersion).values([
      { ...kept, version: 1, source: 'recorded' },
      { ...kept, version: 2, source: 'uploaded', voice_settings: DEFAULT_VOICE_SETTINGS },
    ]).returning()
    for (const { version_id, source } of rows) {
      await restoreVersion('shop', null, audio_id!, version_id)
      expect(await sourceOf(audio_id!)).toBe(source)
    }
    // What the message was in between is kept with its source too.
    expect(await db.select({ version: messageVersion.version, source: messageVersion.source }).from(messageVersion).where(eq(messageVersion.audio_id, audio_id!)).orderBy(messageVersion.version))
      .toEqual([{ version: 1, source: 'recorded' }, { version: 2, source: 'uploaded' }, { version: 3, source: 'generated' }, { version: 4, source: 'recorded' }])
    expect((await listVersions('shop', audio_id!))[0]).not.toHaveProperty('source')
  })

  it('that an older version of the product kept is taken for spoken when it has settings of a voice', async () => {
    const [audio_id] = await addMessages(db, 'shop', [{ source: 'recorded', sha256 }])
    const [row] = await db.insert(messageVersion).values({ client_id: 'shop', audio_id: audio_id!, version: 0, title: 'x', text: 'x', voice_name: '', voice_settings: DEFAULT_VOICE_SETTINGS, sha256 }).returning()
    await restoreVersion('shop', null, audio_id!, row!.version_id)
    expect(await sourceOf(audio_id!)).toBe('generated')
  })
})
