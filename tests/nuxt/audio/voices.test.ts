import { mountSuspended } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import VoiceSelector from '~/components/audio/VoiceSelector.vue'
import VoiceSettings from '~/components/audio/VoiceSettings.vue'
import type { Voice } from '#shared/schemas/audio'
import { aVoice } from '../../fixtures/dashboard'
import { inDashboard } from '../dashboard'

enableAutoUnmount(afterEach)

describe('VoiceSelector', () => {
  const many = Array.from({ length: 20 }, (_, i) => aVoice({ name: `Voz ${i + 1}` }))

  async function mount(voices: Voice[], chosen: string | null = null) {
    const page = await mountSuspended(inDashboard(VoiceSelector), { props: { voices, 'modelValue': chosen, 'onUpdate:modelValue': () => {} } as never })
    const names = () => page.findAll('input[type=radio]').map(radio => radio.attributes('aria-label')!.split(',')[0])
    return { page, names }
  }

  it('shows who each voice is', async () => {
    const { page } = await mount([aVoice({ name: 'Carlota', accent: '', language: 'es-419' })])
    const card = page.get('label').text()
    for (const word of ['Carlota', 'Femenina', 'Neutral', 'Español', 'ElevenLabs']) expect(card).toContain(word)
  })

  it('is one radio group with one choice', async () => {
    const [ana, leo] = [aVoice({ name: 'Ana' }), aVoice({ name: 'Leo' })]
    const chosen: unknown[] = []
    const selector = await mountSuspended(inDashboard(VoiceSelector), { props: { 'voices': [ana, leo], 'modelValue': ana.voice_id, 'onUpdate:modelValue': (id: unknown) => chosen.push(id) } as never })
    const radios = selector.findAll<HTMLInputElement>('[role=radiogroup] input[type=radio]')
    expect(new Set(radios.map(radio => radio.element.name)).size).toBe(1)
    expect(radios.map(radio => radio.element.checked)).toEqual([true, false])
    await radios[1]!.setValue()
    expect(chosen).toEqual([leo.voice_id])
  })

  it('does not offer a voice that is gone', async () => {
    const { page } = await mount([aVoice({ available: false })])
    expect(page.get('input[type=radio]').attributes('disabled')).toBeDefined()
    expect(page.text()).toContain('Ya no está disponible')
  })

  it('folds many voices to a few, the chosen one among them', async () => {
    const { page, names } = await mount(many, many[14]!.voice_id)
    expect(names()).toEqual(['Voz 1', 'Voz 2', 'Voz 3', 'Voz 4', 'Voz 5', 'Voz 15'])
    await page.findAll('button').find(button => button.text() === 'Ver las 20 voces')!.trigger('click')
    expect(names()).toHaveLength(20)
  })

  it('finds a voice whatever the case, the accents and the order of the words', async () => {
    const { page, names } = await mount([...many, aVoice({ name: 'Lucía', gender: 'female', accent: 'México' })])
    await page.get('input[type=search]').setValue('mexico FEMENINA lucia')
    expect(names()).toEqual(['Lucía'])
    await page.get('input[type=search]').setValue('nadie')
    expect(page.text()).toContain('Ninguna voz coincide con «nadie».')
  })
})

describe('VoiceSettings', () => {
  async function mount(voice: Voice, modelValue = {}) {
    const changes: unknown[] = []
    const settings = await mountSuspended(inDashboard(VoiceSettings), { props: { voice, modelValue, 'onUpdate:modelValue': (value: unknown) => changes.push(value) } as never })
    return { settings, changes, sliders: settings.findAll('[role=slider]') }
  }
  const restore = 'Restaurar valores por defecto'

  it('shows all settings of ElevenLabs, with the range of each', async () => {
    const { settings, sliders } = await mount(aVoice())
    expect(sliders.map(slider => [slider.attributes('aria-valuemin'), slider.attributes('aria-valuemax')])).toEqual([['0', '1'], ['0', '1'], ['0', '1'], ['0.7', '1.2']])
    expect(settings.find('[role=switch]').exists()).toBe(true)
  })

  it('shows of the built-in voice what it heeds, and says so', async () => {
    const { settings, sliders } = await mount(aVoice({ provider: 'espeak' }))
    expect(sliders).toHaveLength(1)
    expect(settings.find('[role=switch]').exists()).toBe(false)
    expect(settings.text()).toContain('solo atiende a la velocidad')
  })

  it('moves in steps of 0.05, without crumbs of arithmetic', async () => {
    const { sliders, changes } = await mount(aVoice(), { style: 0.2 })
    await sliders[2]!.trigger('keydown', { key: 'ArrowLeft' })
    expect(changes).toEqual([{ style: 0.15 }])
  })

  it('goes back to the values of the voice', async () => {
    const { settings, changes } = await mount(aVoice(), { style: 0.5 })
    expect(settings.text()).toContain('Modificados')
    await settings.findAll('button').find(button => button.text() === restore)!.trigger('click')
    expect(changes).toEqual([{}])
  })

  it('has nothing to restore while nothing differs', async () => {
    const { settings } = await mount(aVoice(), { style: 0.15 })
    expect(settings.findAll('button').find(button => button.text() === restore)!.attributes('disabled')).toBeDefined()
  })
})
