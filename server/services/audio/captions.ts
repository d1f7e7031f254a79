import { and, eq } from 'drizzle-orm'
import { speech, type message } from '../../../db/schema'
import type { WordTimes } from '../../../shared/protocol'
import type { ReadingChange } from '../../../shared/utils/reading/types'
import type { CharacterAlignment } from '../../providers/speech/types'
import { useDb } from '../database'
import type { MasteredSpeech } from './mastering'
import { readFor } from './reading'
import { wordTimes } from './word-times'

type Script = Pick<typeof message.$inferSelect, 'text' | 'spoken_text' | 'original_sha256'>

export interface CaptionInput {
  text: string
  changes: readonly ReadingChange[]
  /** Null where the voice gave no times. */
  alignment: CharacterAlignment | null
  sound: Pick<MasteredSpeech, 'speech_at_ms' | 'duration_ms'>
}

/** Captions word by word of a sound made of speech; null where the voice gave no times. */
export function captionsOf({ text, changes, alignment, sound: { speech_at_ms, duration_ms } }: CaptionInput): WordTimes | null {
  return alignment && wordTimes({ text, changes, alignment, speech_at_ms, duration_ms })
}

/**
 * The same for a message whose speech is kept, in a sound that was made of it anew.
 * @param voice that speaks it; null when it is gone: then what it read otherwise than it is written is found by its place
 */
export async function keptCaptions(client_id: string, { text, spoken_text, original_sha256 }: Script, voice: Parameters<typeof readFor>[2] | null, sound: CaptionInput['sound']): Promise<WordTimes | null> {
  if (!original_sha256) return null
  const db = await useDb()
  const [kept] = await db.select({ alignment: speech.alignment }).from(speech)
    .where(and(eq(speech.client_id, client_id), eq(speech.sha256, original_sha256))).limit(1)
  if (!kept?.alignment) return null
  const changes = spoken_text || !voice ? [] : (await readFor(client_id, text, voice)).changes
  return captionsOf({ text, changes, alignment: kept.alignment, sound })
}
