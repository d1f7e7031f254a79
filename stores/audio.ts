import { defineStore } from 'pinia'
import type { GenerateStep, Message } from '#shared/schemas/audio'
import type { JingleRecipe } from '#shared/schemas/jingle'
import type { VoiceSettings } from '#shared/schemas/voice'

/** A sound that the dashboard can play: a message or a voice's sample. */
export interface Sound {
  /** Where it was started: there its own card shows it. */
  page?: string
  /** The message's or voice's id: one card knows itself as the one that sounds. */
  id: string
  url: string
  title: string
  duration_ms: number
  /** Between which it sounds, where that is not all of it. */
  from_ms?: number
  to_ms?: number
}

/** What is being made now. */
export interface Making {
  step: GenerateStep | null
  /** `Date.now()` at its start. */
  started_at: number
  with_jingle?: boolean
}

/** With which music a message is to be made. */
export interface DraftJingle {
  with_music: boolean
  /** Null: the client's default preset. */
  preset_id: string | null
  /** What differs from the preset. */
  changes: Partial<JingleRecipe>
}

export interface Draft {
  text: string
  /** The words as they are to be said, corrected by hand, and the text that they were made for. */
  spoken: { text: string, for: string } | null
  title: string
  category: string | null
  voice_id: string | null
  /** What differs from the voice's own settings, voice by voice. */
  settings: Record<string, Partial<VoiceSettings>>
  jingle: DraftJingle
}

export const emptyDraft = (): Draft => ({
  text: '', spoken: null, title: '', category: null, voice_id: null, settings: {}, jingle: { with_music: false, preset_id: null, changes: {} },
})

/** What the Announce page is about, and what sounds: it outlives the page; the draft also outlives the tab. */
export const useAudioStore = defineStore('audio', () => {
  const draft = ref<Draft>(emptyDraft())
  const making = ref<Making | null>(null)
  const made = ref<Message | null>(null)
  /** The last sending of each message in this session, by `audio_id`. */
  const airs = ref<Record<string, string>>({})

  const sound = ref<Sound | null>(null)
  const playing = ref(false)
  /** Asked to sound, not sounding yet: a sample may have to be spoken first. */
  const loading = ref(false)
  const position_ms = ref(0)

  function clearDraft() {
    Object.assign(draft.value, { text: '', spoken: null, title: '' })
  }

  /** Brings back what was being written in this browser for this client; never over words typed meanwhile. */
  function restoreDraft(stored: string | null) {
    if (draft.value.text || !stored) return
    try {
      draft.value = { ...emptyDraft(), ...JSON.parse(stored) as Partial<Draft> }
    }
    catch {
      // Written by something else: what we have is good enough.
    }
  }

  return { draft, making, made, airs, sound, playing, loading, position_ms, clearDraft, restoreDraft }
})
