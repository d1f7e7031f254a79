import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { jinglePreset, track } from '../../../../../db/schema'
import { useFileStore } from '../../../../../server/services/audio/files'
import { loadJingleConfig } from '../../../../../server/services/audio/jingle-config'
import { addShippedTracks, ensureShippedTracks } from '../../../../../server/services/audio/shipped-tracks'
import { addClient, onBothDatabases } from '../../../../fixtures/database'

const state = vi.hoisted(() => ({ use: undefined as unknown as () => unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: () => Promise.resolve(state.use()) }))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-shipped-'))
  process.env.STORAGE_PATH = folder
  process.env.DATA_DIR = folder
})
afterAll(() => rm(folder, { recursive: true, force: true }))

onBothDatabases('the shipped music', (use) => {
  beforeAll(() => {
    state.use = () => use().db
  })
  const tracksOf = (client_id: string) => use().db.select().from(track).where(eq(track.client_id, client_id))
  const presetsOf = (client_id: string) => use().db.select().from(jinglePreset).where(eq(jinglePreset.client_id, client_id))

  it('is given to a client with its files, once', async () => {
    const client_id = await addClient(use().db, 'sol')
    await use().db.transaction(tx => addShippedTracks(tx, client_id))
    await use().db.transaction(tx => addShippedTracks(tx, client_id))
    const rows = await tracksOf(client_id)
    const { tracks, presets } = loadJingleConfig()
    expect(rows.map(row => row.title).sort()).toEqual(tracks.map(({ title }) => title).sort())
    for (const row of rows) {
      expect(row).toMatchObject({ status: 'ready', peaks: expect.objectContaining({ length: 800 }) })
      expect((await useFileStore().stat(row.sha256!))?.bytes).toBe(row.bytes)
    }
    expect(rows.filter(({ is_default }) => is_default).map(({ kind }) => kind).sort()).toEqual(['bed', 'chime'])
    const kept = await presetsOf(client_id)
    expect(kept).toHaveLength(presets.length)
    for (const { recipe } of kept) {
      expect([null, ...rows.filter(({ kind }) => kind === 'bed').map(({ track_id }) => track_id)]).toContain(recipe.bed_track_id)
      expect(recipe.with_bed).toBe(recipe.bed_track_id !== null)
    }
  })

  it('is given at the start to those who have none, and what was removed stays away', async () => {
    const before = await addClient(use().db, 'luna')
    const { db } = use()
    await ensureShippedTracks()
    expect(await tracksOf(before)).toHaveLength(loadJingleConfig().tracks.length)
    await db.update(track).set({ deleted_at: new Date() }).where(and(eq(track.client_id, before), eq(track.shipped, 'bed-calm')))
    await db.delete(jinglePreset).where(and(eq(jinglePreset.client_id, before), eq(jinglePreset.shipped, 'radio')))
    await ensureShippedTracks()
    expect(await presetsOf(before)).toHaveLength(loadJingleConfig().presets.length - 1)
    expect((await tracksOf(before)).filter(row => row.deleted_at)).toHaveLength(1)
  })
})
