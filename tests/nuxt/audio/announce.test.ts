import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Announce from '~/pages/index.vue'
import { emptyDraft, useAudioStore } from '~/stores/audio'
import { useClientStore } from '~/stores/client'
import { aMessage, aPreset, aRecipe, aVoice, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const [ana, leo, gone] = [aVoice({ name: 'Ana' }), aVoice({ name: 'Leo', is_default: true }), aVoice({ name: 'Eva', available: false })]
const made = aMessage({ status: 'draft', title: 'Cierre', warnings: ['heavy_limiting'], true_peak_dbtp: -1.42 })
const old = aMessage({ title: 'Apertura', text: 'Abrimos a las nueve', voice_id: ana.voice_id })
const preset = aPreset({ recipe: aRecipe({ intro_ms: 3000 }), is_default: true })
const asked = vi.fn<(body: Record<string, unknown>) => unknown>()
const changed = vi.fn()
registerEndpoint('/api/v1/audio/voices', () => listOf([gone, ana, leo]))
registerEndpoint('/api/v1/library', () => listOf([old]))
registerEndpoint('/api/v1/library/categories', () => listOf([]))
registerEndpoint('/api/v1/player/players', () => listOf([]))
registerEndpoint('/api/v1/audio/tracks', () => listOf([]))
registerEndpoint('/api/v1/audio/jingle-presets', () => listOf([preset]))
registerEndpoint('/api/v1/audio/generate', { method: 'POST', handler: async event => asked(await readBody(event)) })
registerEndpoint(`/api/v1/library/${made.audio_id}`, { method: 'PATCH', handler: async (event) => {
  const body = await readBody(event)
  changed(body)
  return { ...made, ...body }
} })
registerEndpoint(`/api/v1/library/${made.audio_id}`, { method: 'DELETE', handler: () => {
  changed('DELETE')
  return null
} })
enableAutoUnmount(afterEach)

async function mount() {
  const page = await mountSuspended(inDashboard(Announce), { route: '/' })
  await until(() => expect(page.text()).toContain('Apertura'))
  const button = (text: string) => page.findAll('button').find(entry => entry.text().startsWith(text) || entry.attributes('aria-label') === text)!
  return { page, button }
}
async function generate() {
  const announce = await mount()
  await until(() => expect(announce.button('Generar').attributes('disabled')).toBeUndefined())
  await announce.page.get('textarea').setValue('Cerramos en quince minutos')
  await announce.page.get('textarea').trigger('keydown', { key: 'Enter', ctrlKey: true })
  return announce
}

describe('the Announce page', () => {
  beforeEach(() => {
    clearNuxtData()
    localStorage.clear()
    asked.mockReset().mockReturnValue({ ...made, speech_cached: false })
    changed.mockReset()
    useToast().clear()
    useClientStore().set(meAs('editor'))
    const store = useAudioStore()
    store.made = null
    store.draft = emptyDraft()
  })

  it('makes a draft with the default voice, and shows how it came out', async () => {
    const { page } = await generate()
    await until(() => expect(page.find('section[aria-label="Mensaje generado"]').exists()).toBe(true))
    expect(asked).toHaveBeenCalledWith({ text: 'Cerramos en quince minutos', voice_id: leo.voice_id, category: null, save: false })
    const preview = page.get('section[aria-label="Mensaje generado"]').text()
    for (const words of ['Cierre', 'Borrador', '0:00', '0:04', '−16,0 LUFS', '−1,4 dBTP', 'Tenía picos muy fuertes']) expect(preview).toContain(words)
  })

  it('sends only the settings that differ, of the voice that was chosen', async () => {
    const store = useAudioStore()
    store.draft.voice_id = ana.voice_id
    store.draft.settings = { [ana.voice_id]: { speed: 1.1 }, [leo.voice_id]: { style: 1 } }
    await generate()
    await until(() => expect(asked).toHaveBeenCalledWith(expect.objectContaining({ voice_id: ana.voice_id, voice_settings: { speed: 1.1 } })))
  })

  it('sends the whole mix along when there is to be music', async () => {
    useAudioStore().draft.jingle = { with_music: true, preset_id: null, changes: { outro_ms: 2000 } }
    await generate()
    await until(() => expect(asked).toHaveBeenCalledWith(expect.objectContaining({ jingle: aRecipe({ intro_ms: 3000, outro_ms: 2000 }) })))
  })

  it('speaks with the default voice when the chosen one is gone', async () => {
    useAudioStore().draft.voice_id = gone.voice_id
    await generate()
    await until(() => expect(asked).toHaveBeenCalledWith(expect.objectContaining({ voice_id: leo.voice_id })))
  })

  it('says why nothing was made, and keeps the words', async () => {
    asked.mockImplementation(() => {
      throw createError({ statusCode: 429, data: { error: { code: 'rate_limited', message: 'Slow down', request_id: 'r' } } })
    })
    const { page } = await generate()
    await until(() => expect(page.text()).toContain('No se ha podido generar el mensaje'))
    expect(page.text()).toContain('Demasiados intentos')
    expect(page.get('textarea').element.value).toBe('Cerramos en quince minutos')
  })

  it('keeps a draft in the library', async () => {
    const { page, button } = await generate()
    await until(() => expect(button('Guardar')).toBeDefined())
    await button('Guardar').trigger('click')
    await until(() => expect(changed).toHaveBeenCalledWith({ status: 'ready' }))
    await until(() => expect(page.get('section[aria-label="Mensaje generado"]').text()).toContain('Guardado'))
    expect(button('Guardar')).toBeUndefined()
  })

  it('discards a draft, and brings it back', async () => {
    const { page, button } = await generate()
    await until(() => expect(button('Descartar')).toBeDefined())
    await button('Descartar').trigger('click')
    await until(() => expect(page.find('section[aria-label="Mensaje generado"]').exists()).toBe(false))
    const toast = await until(() => {
      expect(useToast().toasts.value.at(-1)?.title).toBe('«Cierre» se ha descartado')
      return useToast().toasts.value.at(-1)!
    })
    const undo = [toast.actions![0]!.onClick].flat()[0]!
    undo(new MouseEvent('click'))
    await until(() => expect(page.find('section[aria-label="Mensaje generado"]').exists()).toBe(true))
    expect(changed.mock.calls).toEqual([['DELETE'], [{ deleted_at: null }]])
  })

  it('brings back what was being written for this client, and nobody else\'s', async () => {
    localStorage.setItem('mediaflow.draft.client-2', JSON.stringify({ text: 'De otro cliente' }))
    localStorage.setItem('mediaflow.draft.client-1', JSON.stringify({ text: 'A medio escribir' }))
    const { page } = await mount()
    await until(() => expect(page.get('textarea').element.value).toBe('A medio escribir'))
    await page.get('textarea').setValue('Ya escrito')
    await until(() => expect(localStorage.getItem('mediaflow.draft.client-1')).toContain('Ya escrito'))
    expect(localStorage.getItem('mediaflow.draft.client-2')).toContain('De otro cliente')
  })

  it('lets a viewer listen, not make or send', async () => {
    useClientStore().set(meAs('viewer'))
    const { page } = await mount()
    expect(page.find('textarea').exists()).toBe(false)
    expect(page.text()).toContain('Su rol permite escuchar')
    expect(page.find('[aria-label="Enviar «Apertura» ahora"]').exists()).toBe(false)
    expect(page.find('[aria-label="Reproducir «Apertura»"]').exists()).toBe(true)
  })
})
