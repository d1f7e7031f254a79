import { mountSuspended } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it } from 'vitest'
import MessageGenerator from '~/components/audio/MessageGenerator.vue'
import { emptyDraft, useAudioStore } from '~/stores/audio'

const SHOPKEEPER = 'Estimados clientes, nuestra tienda cierra en quince minutos'
const mount = (props = {}) => mountSuspended(MessageGenerator, { props: { categories: [], ready: true, ...props } })

describe('MessageGenerator', () => {
  beforeEach(() => {
    const store = useAudioStore()
    store.making = null
    store.draft = emptyDraft()
  })

  it('shows what a shopkeeper would write', async () => {
    expect((await mount()).get('textarea').attributes('placeholder')).toBe(SHOPKEEPER)
  })

  it('counts words and estimates seconds while one writes', async () => {
    const form = await mount()
    expect(form.get('#announce-count').text()).toBe('0 palabras · unos 0 s')
    await form.get('textarea').setValue('Hola')
    expect(form.get('#announce-count').text()).toMatch(/^1 palabra · unos 1 s$/)
    await form.get('textarea').setValue(SHOPKEEPER)
    expect(form.get('#announce-count').text()).toBe('8 palabras · unos 4 s')
  })

  it('estimates with the speed of the voice', async () => {
    const form = await mount({ speed: 0.7 })
    await form.get('textarea').setValue(SHOPKEEPER)
    expect(form.get('#announce-count').text()).toContain('unos 6 s')
  })

  it.each(['ctrlKey', 'metaKey'])('generates with %s and Enter', async (modifier) => {
    const form = await mount()
    await form.get('textarea').setValue(SHOPKEEPER)
    await form.get('textarea').trigger('keydown', { key: 'Enter', [modifier]: true })
    expect(form.emitted('generate')).toHaveLength(1)
  })

  it.each([
    ['   ', 'Escriba primero'],
    ['🎉🎉🎉', 'no hay palabras'],
    ['[risa] <break/>', 'no hay palabras'],
  ])('refuses %j in human words, only once it is asked', async (text, words) => {
    const form = await mount()
    await form.get('textarea').setValue(text)
    expect(form.get('[role=alert]').text()).toBe('')
    await form.trigger('submit')
    expect(form.get('[role=alert]').text()).toContain(words)
    expect(form.get('textarea').attributes('aria-invalid')).toBe('true')
    expect(form.emitted('generate')).toBeUndefined()
  })

  it('says at once by how much a text is too long', async () => {
    const form = await mount()
    await form.get('textarea').setValue('a'.repeat(10_003))
    expect(form.get('[role=alert]').text()).toMatch(/10\.?000 caracteres: sobran 3/)
  })

  it('asks for nothing while there is no voice', async () => {
    const form = await mount({ ready: false })
    await form.get('textarea').setValue(SHOPKEEPER)
    await form.trigger('submit')
    expect(form.emitted('generate')).toBeUndefined()
  })

  it('shows the steps and the way out while a message is made', async () => {
    const form = await mount()
    await form.get('textarea').setValue(SHOPKEEPER)
    useAudioStore().making = { step: 'loudness', started_at: Date.now() - 1300 }
    await form.vm.$nextTick()
    expect(form.findAll('li').map(step => [step.text(), step.attributes('data-state')])).toEqual([['Voz', 'done'], ['Volumen', 'now'], ['Archivo', 'next']])
    const [, elapsed] = /(\d+,\d) s/.exec(form.text()) ?? []
    expect(Number(elapsed!.replace(',', '.'))).toBeGreaterThanOrEqual(1.3)
    await form.get('textarea').trigger('keydown', { key: 'Enter', ctrlKey: true })
    expect(form.emitted('generate')).toBeUndefined()
    await form.findAll('button').find(button => button.text() === 'Cancelar')!.trigger('click')
    expect(form.emitted('cancel')).toHaveLength(1)
  })
})
