import type { ElevenLabs } from '@elevenlabs/elevenlabs-js'
import { z } from 'zod'
import { UNKNOWN_ACCENT, type VoiceGender } from '../../../shared/schemas/voice'
import type { ProviderVoice } from './types'

const text = z.string().nullish().catch(null)

const WireVoiceSchema = z.object({
  voice_id: z.string(),
  name: text,
  description: text,
  preview_url: text,
  labels: z.record(z.string(), z.unknown()).catch({}).transform(labels =>
    Object.fromEntries(Object.entries(labels).filter(([, label]) => typeof label === 'string'))),
  verified_languages: z.array(z.object({ language: z.string(), model_id: z.string(), accent: text, locale: text })).nullish().catch(null),
})

const WirePageSchema = z.object({
  voices: z.array(z.unknown()),
  has_more: z.boolean().catch(false),
  next_page_token: text,
})

/**
 * A page of `GET /v2/voices` with only what we read of each voice. The SDK refuses a whole page for one null label
 * or one unexpected field of one voice. Gives back what it cannot read.
 */
export function tidyVoicesPage(page: unknown): unknown {
  const read = WirePageSchema.safeParse(page)
  if (!read.success) return page
  const voices = read.data.voices.flatMap((voice) => {
    const { data } = WireVoiceSchema.safeParse(voice)
    return data ? [data] : []
  })
  return { ...read.data, voices, total_count: voices.length }
}

/** The voice in our words: unknown gender is neutral, unknown accent "Neutral", unknown language "und". */
export function toProviderVoice(voice: ElevenLabs.Voice): ProviderVoice {
  const labels = voice.labels ?? {}
  const verified = voice.verifiedLanguages?.[0]
  return {
    provider_voice_id: voice.voiceId,
    name: voice.name?.trim() || voice.voiceId,
    gender: toGender(labels.gender),
    accent: toTitle(labels.accent ?? verified?.accent),
    language: toLanguage(verified?.locale, labels.language, verified?.language),
    ...voice.previewUrl && { preview_url: voice.previewUrl },
    ...voice.description && { description: voice.description },
  }
}

function toGender(label: string | undefined): VoiceGender {
  const gender = label?.trim().toLowerCase()
  return gender === 'female' || gender === 'male' ? gender : 'neutral'
}

function toTitle(accent: string | undefined): string {
  const words = accent?.replace(/[-_\s]+/g, ' ').trim()
  return words ? words[0]!.toUpperCase() + words.slice(1) : UNKNOWN_ACCENT
}

function toLanguage(...candidates: (string | undefined)[]): string {
  for (const candidate of candidates) {
    try {
      if (candidate) return new Intl.Locale(candidate.replace('_', '-')).toString()
    }
    catch {
      // A language by its English name: the next candidate may be a tag.
    }
  }
  return 'und'
}
