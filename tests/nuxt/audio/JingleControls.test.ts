import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import JingleControls from '~/components/audio/JingleControls.vue'
import { emptyDraft, useAudioStore } from '~/stores/audio'
import { useClientStore } from '~/stores/client'
import type { JingleRecipe } from '~~/shared/schemas/jingle'
import { aMessage, aPreset, aRecipe, aTrack, aVoice, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const calm = aTrack({ kind: 'bed', title: 'Calma', is_default: true })
const bright = aTrack({ kind: 'bed', title: 'Brillo' })
const bell = aTrack({ kind: 'chime', title: 'Timbre', duration_ms: 2000, cue_in_ms: 500 })
const offer = aPreset({ name: 'Oferta', recipe: aRecipe({ intro_ms: 3000 }), is_default: true })
const notice = aPreset({ name: 'Aviso', recipe: aRecipe({ intro_ms: 5000, chime_track_id: bell.track_id }) })
const mixed = vi.fn<(body: { audio_id: string, jingle: JingleRecipe | null }) => unknown>()
const saved = vi.fn<(body: unknown) => unknown>()
let tracks = [calm, bright, bell]
registerEndpoint('/api/v1/audio/tracks', () => listOf(tracks))
registerEndpoint('/api/v1/audio/jingle-presets', () => listOf([offer, notice]))
registerEndpoint('/api/v1/audio/jingle-presets', { method: 'POST', handler: async event => saved(await readBody(event)) })
registerEndpoint('/api/v1/audio/mix', { method: 'POST', handler: async event => mixed(await readBody(event)) })
registerEndpoint('/api/v1/library', () => listOf([]))
enableAutoUnmount(afterEach)

async function mount(props: Record<string, unknown> = {}) {
  const page = await mountSuspended(inDashboard(JingleControls), { props: { voice: aVoice(), estimateMs: 4000, ...props } })
  const slider = (name: string) => page.get(`[role=slider][aria-labelledby="jingle-${name}"]`)
  const button = (text: string) => page.findAll('button').find(entry => entry.text() === text)
  return { page, slider, button }
}
async function mountWithMusic(props: Record<string, unknown> = {}) {
  useAudioStore().draft.jingle.with_music = true
  const controls = await mount(props)
  await until(() => expect(controls.page.findAll('input[name=jingle-preset]')).toHaveLength(2))
  return controls
}
const drawn = (page: Awaited<ReturnType<typeof mount>>['page']) => page.get('svg[role=img]').attributes('aria-label')

describe('the jingle controls', () => {
  beforeEach(() => {
    clearNuxtData()
    tracks = [calm, bright, bell]
    useClientStore().set(meAs('editor'))
    useAudioStore().draft = emptyDraft()
    useAudioStore().made = null
    mixed.mockReset()
    saved.mockReset()
  })

  it('are the voice alone until somebody wants music', async () => {
    const { page } = await mount()
    expect(page.find('svg[role=img]').exists()).toBe(false)
    const modes = page.findAll('input[name=jingle-mode]')
    await modes[1]!.setValue()
    await until(() => expect(page.find('svg[role=img]').exists()).toBe(true))
    expect(useAudioStore().draft.jingle.with_music).toBe(true)
  })

  it('take the default bed, and no chime, where a preset names tracks that were deleted since', async () => {
    tracks = [bright]
    const jingle = aRecipe({ ...notice.recipe, bed_track_id: bright.track_id, chime_track_id: null })
    useAudioStore().draft.jingle = { with_music: true, preset_id: notice.preset_id, changes: { bed_track_id: calm.track_id } }
    const { page, button } = await mountWithMusic({ made: aMessage({ status: 'draft', jingle }) })
    await until(() => expect(page.find('[aria-label="Reproducir «Brillo»"]').exists()).toBe(true))
    expect(page.text()).not.toContain(calm.track_id)
    expect(page.text()).not.toContain(bell.track_id)
    expect(button('Volver a mezclar')).toBeUndefined()
  })

  it('draw the default preset with the seconds that the text is likely to take', async () => {
    const { page } = await mountWithMusic()
    expect(page.get('input[name=jingle-preset]:checked').attributes('value')).toBe(offer.preset_id)
    expect(drawn(page)).toBe('entrada 3,0 s, voz 4,0 s, salida 4,5 s, la música queda 12 LU por debajo de la voz, en total 11,5 s')
    expect(page.get('figcaption').text()).toContain('unos 4,0 s')
  })

  it('draw the new mix while a slider moves, and remember it in the draft', async () => {
    const { page, slider } = await mountWithMusic()
    const before = page.get('path[data-part=bed]').attributes('d')
    await slider('intro_ms').trigger('keydown', { key: 'ArrowRight' })
    expect(useAudioStore().draft.jingle.changes).toEqual({ intro_ms: 3100 })
    await until(() => expect(drawn(page)).toContain('entrada 3,1 s'))
    expect(page.get('path[data-part=bed]').attributes('d')).not.toBe(before)
    expect(slider('intro_ms').attributes('aria-valuetext')).toBe('3,1 s')
    await slider('voice_over_bed_lu').trigger('keydown', { key: 'ArrowLeft' })
    await until(() => expect(drawn(page)).toContain('11,5 LU por debajo'))
  })

  it('have a slider for every number of the recipe', async () => {
    const { page } = await mountWithMusic()
    const numbers = Object.entries(aRecipe()).filter(([, value]) => typeof value === 'number').map(([name]) => `jingle-${name}`)
    expect(page.findAll('[role=slider]').map(entry => entry.attributes('aria-labelledby')).toSorted()).toEqual(numbers.toSorted())
  })

  it('go back to the preset, one value or all', async () => {
    useAudioStore().draft.jingle.changes = { intro_ms: 9000, outro_ms: 1000 }
    const { page, button } = await mountWithMusic()
    await page.get('[aria-label="Restaurar «Entrada»"]').trigger('click')
    expect(useAudioStore().draft.jingle.changes).toEqual({ outro_ms: 1000 })
    await button('Volver a los valores de la mezcla')!.trigger('click')
    expect(useAudioStore().draft.jingle.changes).toEqual({})
  })

  it('take another preset whole, with its chime between its cues', async () => {
    useAudioStore().draft.jingle.changes = { intro_ms: 9000 }
    const { page } = await mountWithMusic()
    await page.findAll('input[name=jingle-preset]')[1]!.trigger('change')
    expect(useAudioStore().draft.jingle).toEqual({ with_music: true, preset_id: notice.preset_id, changes: {} })
    await until(() => expect(drawn(page)).toMatch(/^sintonía 1,5 s, entrada 5,0 s/))
    expect(page.find('[aria-label="Reproducir «Timbre»"]').exists()).toBe(true)
  })

  it('put what the voice wants over the preset', async () => {
    const { page } = await mountWithMusic({ voice: aVoice({ jingle: { voice_over_bed_lu: 15 } }) })
    expect(drawn(page)).toContain('15 LU por debajo')
  })

  it('keep for a voice what was changed, and nothing that is only the preset\'s', async () => {
    const voice = aVoice({ name: 'Ana', jingle: { voice_over_bed_lu: 15 } })
    const kept = vi.fn()
    registerEndpoint(`/api/v1/audio/voices/${voice.voice_id}`, { method: 'PATCH', handler: async (event) => {
      kept(await readBody(event))
      return voice
    } })
    useAudioStore().draft.jingle.changes = { intro_ms: 6000 }
    const { page, button } = await mountWithMusic({ voice })
    await button('Usar siempre con Ana')!.trigger('click')
    await until(() => expect(kept).toHaveBeenCalledWith({ jingle: { voice_over_bed_lu: 15, intro_ms: 6000 } }))
    await until(() => expect(useAudioStore().draft.jingle.changes).toEqual({}))
    expect(page.text()).toContain('Ana tiene ajustes propios')
    await button('Quitarlos')!.trigger('click')
    await until(() => expect(kept).toHaveBeenLastCalledWith({ jingle: null }))
  })

  it('keep a mix under a name', async () => {
    const own = aPreset({ name: 'Navidad' })
    saved.mockReturnValue(own)
    useAudioStore().draft.jingle.changes = { intro_ms: 6000 }
    const { button } = await mountWithMusic()
    await button('Guardar como mezcla nueva')!.trigger('click')
    const name = await until(() => {
      const input = document.querySelector<HTMLInputElement>('input[name=name]')
      expect(input).not.toBeNull()
      return input!
    })
    name.value = 'Navidad'
    name.dispatchEvent(new Event('input'))
    name.form!.dispatchEvent(new Event('submit', { cancelable: true }))
    await until(() => expect(saved).toHaveBeenCalledWith({ name: 'Navidad', recipe: aRecipe({ intro_ms: 6000 }) }))
    await until(() => expect(useAudioStore().draft.jingle.preset_id).toBe(own.preset_id))
  })

  it('take the real length of the voice from the mix that was made', async () => {
    const recipe = aRecipe({ intro_ms: 3000, bed_track_id: calm.track_id })
    const { page, button } = await mountWithMusic({ made: aMessage({ status: 'draft', jingle: recipe, duration_ms: 3000 + 6200 + 4500 }) })
    await until(() => expect(page.get('figcaption').text()).toContain('Voz: 6,2 s'))
    expect(button('Volver a mezclar')).toBeUndefined()
  })

  it('mix a draft anew when a slider has moved, with the whole recipe', async () => {
    const made = aMessage({ status: 'draft', jingle: aRecipe({ intro_ms: 3000, bed_track_id: calm.track_id }) })
    useAudioStore().made = made
    const { slider, button } = await mountWithMusic({ made })
    await slider('outro_ms').trigger('keydown', { key: 'ArrowLeft' })
    const remix = await until(() => {
      expect(button('Volver a mezclar')).toBeDefined()
      return button('Volver a mezclar')!
    })
    mixed.mockImplementation(({ jingle }) => ({ ...made, jingle, duration_ms: 9999 }))
    await remix.trigger('click')
    await until(() => expect(useAudioStore().made?.duration_ms).toBe(9999))
    expect(mixed).toHaveBeenCalledWith({ audio_id: made.audio_id, jingle: aRecipe({ intro_ms: 3000, outro_ms: 4400 }) })
  })

  it('offer no new mix of what is in the library already', async () => {
    const { slider, button } = await mountWithMusic({ made: aMessage({ status: 'ready', jingle: aRecipe({ intro_ms: 3000 }) }) })
    await slider('outro_ms').trigger('keydown', { key: 'ArrowLeft' })
    expect(button('Volver a mezclar')).toBeUndefined()
  })
})
