import { and, asc, desc, eq, isNull, notInArray } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { voice } from '../../../db/schema'
import type { Voice, VoicePatch } from '../../../shared/schemas/audio'
import { DEFAULT_VOICE_SETTINGS } from '../../../shared/schemas/voice'
import type { ProviderVoice } from '../../providers/speech/types'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { useLogger } from '../logger'
import { speechProviders } from './providers'
import { loadVoicesConfig } from './speech-config'

type VoiceRow = typeof voice.$inferSelect

/** A vendor's list of voices is asked for again after this long, ms. */
const VENDOR_LIST_AGE_MS = 600_000

/** Gives a new client the voices of the embedded engine. */
export async function addShippedVoices(tx: Db, clientId: string): Promise<void> {
  const { espeak, default_voice } = loadVoicesConfig()
  await tx.insert(voice).values(espeak.map(({ pitch: _, description: __, ...shipped }, position) => ({
    ...shipped,
    client_id: clientId,
    provider: 'espeak' as const,
    settings: DEFAULT_VOICE_SETTINGS,
    position: 1000 + position,
    is_default: shipped.provider_voice_id === default_voice.es,
  })))
}

/** The client's voices, the default one first. Vendors' lists are brought up to date when they are old. */
export async function listVoices(clientId: string): Promise<Voice[]> {
  await refreshVendorVoices(clientId)
  const db = await useDb()
  const rows = await db.select().from(voice).where(eq(voice.client_id, clientId))
    .orderBy(desc(voice.is_default), asc(voice.position), asc(voice.name))
  return rows.map(toVoice)
}

/** @throws NotFound when the client has no such voice */
export async function requireVoice(clientId: string, voiceId: string): Promise<VoiceRow> {
  const db = await useDb()
  const [row] = await db.select().from(voice).where(and(eq(voice.client_id, clientId), eq(voice.voice_id, voiceId)))
  if (!row) throw new NotFound('There is no such voice.', 'voice_not_found')
  return row
}

/**
 * Changes how the client uses a voice.
 * @throws NotFound
 */
export async function updateVoice(clientId: string, voiceId: string, patch: VoicePatch): Promise<Voice> {
  const { settings } = await requireVoice(clientId, voiceId)
  const db = await useDb()
  const [row] = await db.transaction(async (tx) => {
    if (patch.is_default) await tx.update(voice).set({ is_default: false }).where(and(eq(voice.client_id, clientId), eq(voice.is_default, true)))
    const { settings: changed, ...rest } = patch
    const sound = changed && { settings: { ...settings, ...changed }, sample_sha256: null }
    return tx.update(voice).set({ ...rest, ...sound, updated_at: new Date() }).where(eq(voice.voice_id, voiceId)).returning()
  })
  return toVoice(row!)
}

/** Marks a voice that its provider no longer has. */
export async function markVoiceGone(voiceId: string): Promise<void> {
  const db = await useDb()
  await db.update(voice).set({ gone_at: new Date() }).where(and(eq(voice.voice_id, voiceId), isNull(voice.gone_at)))
}

const refreshed = new Map<string, number>()

/** A vendor that cannot be asked now is asked next time: the voices that are known stay usable. */
async function refreshVendorVoices(clientId: string): Promise<void> {
  const vendor = speechProviders().get('elevenlabs')
  const last = refreshed.get(clientId) ?? -Infinity
  if (!vendor || performance.now() - last < VENDOR_LIST_AGE_MS) return
  try {
    const voices = await vendor.listVoices(AbortSignal.timeout(10_000))
    await storeVendorVoices(clientId, voices)
    refreshed.set(clientId, performance.now())
  }
  catch (error) {
    useLogger('audio').warn({ vendor: vendor.name, error: error instanceof Error ? error.message : String(error) }, 'voices could not be listed')
  }
}

async function storeVendorVoices(clientId: string, voices: ProviderVoice[]): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    for (const [position, { provider_voice_id, name, gender, accent, language }] of voices.entries()) {
      await tx.insert(voice).values({ client_id: clientId, provider: 'elevenlabs', provider_voice_id, name, gender, accent, language, position, settings: DEFAULT_VOICE_SETTINGS })
        .onConflictDoUpdate({ target: [voice.client_id, voice.provider, voice.provider_voice_id], set: { name, gender, accent, language, position, gone_at: null } })
    }
    const present = voices.map(({ provider_voice_id }) => provider_voice_id)
    await tx.update(voice).set({ gone_at: new Date() }).where(and(
      eq(voice.client_id, clientId), eq(voice.provider, 'elevenlabs'), isNull(voice.gone_at),
      ...(present.length ? [notInArray(voice.provider_voice_id, present)] : []),
    ))
  })
}

function toVoice(row: VoiceRow): Voice {
  const { voice_id, name, gender, accent, language, provider, settings, gain_db, jingle, is_default, gone_at } = row
  return {
    voice_id, name, gender, accent, language, provider, settings, gain_db, jingle, is_default,
    available: !gone_at && speechProviders().has(provider),
    sample_url: `/api/v1/audio/voices/${voice_id}/sample`,
  }
}
