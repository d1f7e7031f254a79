import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Voice } from '../../shared/schemas/audio'
import { ADMIN_ENV, good, makeMessage, signIn, type Caller } from '../fixtures/api'
import { startServer, type TestServer } from '../fixtures/server'

let server: TestServer
let owner: Caller

beforeAll(async () => {
  server = await startServer(ADMIN_ENV)
  owner = await signIn(server.url)
})
afterAll(() => server?.stop())

describe('a deleted message', () => {
  it('comes back while its sound is there, and says so when it is lost', async () => {
    const { items: [voice] } = await good(owner.get<{ items: [Voice] }>('audio/voices'))
    const { audio_id, sha256 } = await makeMessage(owner, voice.voice_id)
    expect((await owner.delete(`library/${audio_id}`)).status).toBe(204)
    const back = await owner.patch<{ deleted_at: string | null }>(`library/${audio_id}`, { deleted_at: null })
    expect([back.status, back.body.deleted_at]).toEqual([200, null])

    expect((await owner.delete(`library/${audio_id}`)).status).toBe(204)
    for (const path of await readdir(join(server.dir, 'files'), { recursive: true })) {
      if (path.endsWith(sha256)) await rm(join(server.dir, 'files', path))
    }
    const lost = await owner.patch<{ error: { code: string } }>(`library/${audio_id}`, { deleted_at: null })
    expect([lost.status, lost.body.error.code]).toEqual([409, 'message_file_missing'])
    expect((await good(owner.get<{ total: number }>('library'))).total).toBe(0)
  })
})
