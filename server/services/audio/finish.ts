import { eq } from 'drizzle-orm'
import { organization } from '../../../db/schema'
import type { JingleRecipe } from '../../../shared/schemas/jingle'
import { scanMp3 } from '../../../shared/utils/mp3-frames'
import { useDb } from '../database'
import { getSettings } from '../settings/client-settings'
import { addId3Tag } from './codec/id3'
import { loadParts } from './jingle-tracks'
import { masterMix, masterSpeech } from './master'
import type { Mastered, MasteredSpeech, SpeechInput } from './mastering'
import { sha256Of } from '../hash'

export interface FinishRequest {
  /** Speech as the provider gave it. */
  input: SpeechInput
  /** How much louder this voice is than others, in a mix. */
  voice_gain_db: number
  /** Stands in the file. */
  title: string
  signal?: AbortSignal
}

/**
 * Everything that finishing needs of the client; it can be had while the speech is still being spoken.
 * @param jingle as `resolveJingle` gives it; null: the voice alone
 * @throws Unprocessable when a track's sound is lost
 */
export async function prepareFinish(client_id: string, jingle: JingleRecipe | null) {
  const [settings, artist] = await Promise.all([getSettings(client_id, 'audio'), nameOf(client_id)])
  const mixOf = (voice_ms: number) => jingle && loadParts(client_id, jingle, settings.sample_rate, voice_ms)
  // Most beds are decoded as a whole: it is there by the time it is known how long the voice is.
  await mixOf(0)
  return { settings, artist, mixOf }
}

/**
 * The file that a store hears, made of speech: alone or laid over its music, as loud as the client has set it, tagged
 * with title and client. The same request gives the same bytes.
 * @throws Unprocessable
 */
export async function finishSpeech({ settings, artist, mixOf }: Awaited<ReturnType<typeof prepareFinish>>, { input, voice_gain_db, title, signal }: FinishRequest): Promise<MasteredSpeech> {
  const { target_lufs, ceiling_dbtp, mono_kbps, stereo_kbps, sample_rate } = settings
  const target = { target_lufs, ceiling_dbtp, sample_rate, signal }
  const mix = await mixOf(lengthOf(input))
  const mastered = mix
    ? await masterMix({ ...mix, voice: input, recipe: { ...mix.recipe, voice_gain_db: mix.recipe.voice_gain_db + voice_gain_db } }, { ...target, bitrate_kbps: stereo_kbps })
    : await masterSpeech(input, { ...target, bitrate_kbps: mono_kbps })
  signal?.throwIfAborted()
  return tagged(mastered, title, artist)
}

/** At most this long, ms: silence is trimmed later. */
function lengthOf(input: SpeechInput): number {
  return 1000 * ('pcm' in input ? input.pcm.length / input.sample_rate : scanMp3(input.encoded)?.duration_s ?? 0)
}

/** A sound with title and client in its file. */
export function tagged<Sound extends Mastered>(sound: Sound, title: string, artist: string): Sound {
  const mp3 = addId3Tag(sound.mp3, { title, artist })
  return { ...sound, mp3, bytes: mp3.length, sha256: sha256Of(mp3) }
}

async function nameOf(client_id: string): Promise<string> {
  const db = await useDb()
  const [row] = await db.select({ name: organization.name }).from(organization).where(eq(organization.id, client_id))
  return row?.name ?? ''
}
