import { eq } from 'drizzle-orm'
import { organization } from '../../../db/schema'
import type { JingleRecipe } from '../../../shared/schemas/jingle'
import { useDb } from '../database'
import { getSettings } from '../settings/client-settings'
import { addId3Tag } from './codec/id3'
import { loadParts } from './jingle-tracks'
import { masterMix, masterSpeech } from './master'
import type { Mastered, SpeechInput } from './mastering'
import { sha256Of } from '../hash'

export interface FinishRequest {
  client_id: string
  /** Speech as the provider gave it. */
  input: SpeechInput
  /** As `resolveJingle` gives it; null: the voice alone. */
  jingle: JingleRecipe | null
  /** How much louder this voice is than others, in a mix. */
  voice_gain_db: number
  /** Stands in the file. */
  title: string
  signal?: AbortSignal
}

/**
 * The file that a store hears, made of speech: alone or laid over its music, as loud as the client has set it, tagged
 * with title and client. The same request gives the same bytes.
 * @throws Unprocessable
 */
export async function finishSpeech({ client_id, input, jingle, voice_gain_db, title, signal }: FinishRequest): Promise<Mastered> {
  const { target_lufs, ceiling_dbtp, mono_kbps, stereo_kbps, sample_rate } = await getSettings(client_id, 'audio')
  const settings = { target_lufs, ceiling_dbtp, sample_rate, signal }
  const mastered = jingle
    ? await masterMix({ voice: input, recipe: { ...jingle, voice_gain_db: jingle.voice_gain_db + voice_gain_db }, ...await loadParts(client_id, jingle, sample_rate) }, { ...settings, bitrate_kbps: stereo_kbps })
    : await masterSpeech(input, { ...settings, bitrate_kbps: mono_kbps })
  signal?.throwIfAborted()
  return tagged(mastered, title, await nameOf(client_id))
}

/** A sound with title and client in its file. */
export function tagged(sound: Mastered, title: string, artist: string): Mastered {
  const mp3 = addId3Tag(sound.mp3, { title, artist })
  return { ...sound, mp3, bytes: mp3.length, sha256: sha256Of(mp3) }
}

async function nameOf(client_id: string): Promise<string> {
  const db = await useDb()
  const [row] = await db.select({ name: organization.name }).from(organization).where(eq(organization.id, client_id))
  return row?.name ?? ''
}
