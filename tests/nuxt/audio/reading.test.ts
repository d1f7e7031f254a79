import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import MessageGenerator from '~/components/audio/MessageGenerator.vue'
import { emptyDraft, useAudioStore } from '~/stores/audio'
import { readText } from '#shared/utils/reading/read-text'
import { until } from '../dashboard'

const VOICE = '019a0000-0000-7000-8000-000000000007'
const asked = vi.fn<(body: { text: string, voice_id: string }) => number | undefined>()
registerEndpoint('/api/v1/audio/reading', { method: 'POST', handler: async (event) => {
  const body = await readBody<{ text: string, voice_id: string }>(event)
  const status = asked(body)
  if (status) {
    setResponseStatus(event, status)
    return { error: { code: 'internal_error', message: 'no', request_id: '1' } }
  }
  const { text, changes } = readText(body.text, 'es-ES')
  return { text: body.text, spoken_text: text, changes, language: 'es-ES' }
} })

enableAutoUnmount(afterEach)
const mount = (props = {}) => mountSuspended(MessageGenerator, { props: { categories: [], ready: true, voiceId: VOICE, ...props } })
type Form = Awaited<ReturnType<typeof mount>>

const fold = (form: Form) => form.findAll('button').find(button => button.text().startsWith('Cómo se leerá'))
const button = (form: Form, label: string) => form.findAll('button').find(one => one.text() === label)!
const hand = (form: Form) => form.find<HTMLTextAreaElement>('textarea[aria-label="Texto tal como se leerá"]')

beforeEach(() => {
  asked.mockReset()
  const store = useAudioStore()
  store.making = null
  store.draft = emptyDraft()
})

async function write(form: Form, text: string) {
  await form.get('#announce-text').setValue(text)
  await until(() => expect(form.get('p[lang]').text()).toBe(readText(text, 'es-ES').text))
}

describe('how it will be read', () => {
  it('is not there while there is nothing to read', async () => {
    const form = await mount()
    expect(fold(form)).toBeUndefined()
    expect(asked).not.toHaveBeenCalled()
  })

  it('is asked for once somebody stops writing, with the voice', async () => {
    const form = await mount()
    for (const text of ['Hoy', 'Hoy 2x', 'Hoy 2x1 y 5 €.']) await form.get('#announce-text').setValue(text)
    await until(() => expect(form.findAll('mark').map(mark => [mark.text(), mark.attributes('title')])).toEqual([['dos por uno', 'Escrito: 2x1'], ['cinco euros', 'Escrito: 5 €']]))
    expect(asked.mock.calls).toEqual([[{ text: 'Hoy 2x1 y 5 €.', voice_id: VOICE }]])
    expect(fold(form)!.text()).toContain('2 diferencias')
    expect(form.get('p[lang="es-ES"]').text()).toBe('Hoy dos por uno y cinco euros.')
  })

  it('is asked for again with another voice', async () => {
    const form = await mount()
    await write(form, 'Hoy 2x1')
    await form.setProps({ voiceId: '019a0000-0000-7000-8000-000000000008' })
    await until(() => expect(asked).toHaveBeenLastCalledWith({ text: 'Hoy 2x1', voice_id: '019a0000-0000-7000-8000-000000000008' }))
  })

  it('counts the words and the seconds that will be heard', async () => {
    const form = await mount()
    await write(form, '1.234.567 €')
    await until(() => expect(form.get('#announce-count').text()).toMatch(/^12 palabras/))
  })

  it('says so where nothing differs', async () => {
    const form = await mount()
    await write(form, 'Buenos días a todos')
    await until(() => expect(form.text()).toContain('Se lee tal como está escrito.'))
    expect(form.findAll('mark')).toEqual([])
  })

  it('is corrected by hand, kept in the draft, and taken back', async () => {
    const form = await mount()
    await write(form, 'Hoy 2x1')
    await fold(form)!.trigger('click')
    await button(form, 'Corregir a mano').trigger('click')
    expect(hand(form).element.value).toBe('Hoy dos por uno')
    await hand(form).setValue('Hoy dos al precio de uno')
    expect(useAudioStore().draft.spoken).toEqual({ for: 'Hoy 2x1', text: 'Hoy dos al precio de uno' })
    expect(fold(form)!.text()).toContain('Corregido a mano')
    expect(form.get('#announce-count').text()).toMatch(/^6 palabras/)
    await button(form, 'Volver a lo automático').trigger('click')
    expect(useAudioStore().draft.spoken).toBeNull()
    expect(form.findAll('mark')).toHaveLength(1)
  })

  it('comes back corrected with the draft', async () => {
    useAudioStore().restoreDraft(JSON.stringify({ text: 'Hoy 2x1', spoken: { for: 'Hoy 2x1', text: 'Hoy dos al precio de uno' } }))
    const form = await mount()
    expect(hand(form).element.value).toBe('Hoy dos al precio de uno')
  })

  it('drops the correction with a notice when the text changes', async () => {
    useAudioStore().draft = { ...emptyDraft(), text: 'Hoy 2x1', spoken: { for: 'Hoy 2x1', text: 'x y z' } }
    const form = await mount()
    await form.get('#announce-text').setValue('Hoy 3x2')
    expect(useAudioStore().draft.spoken).toBeNull()
    expect(form.get('[role=status]').text()).toContain('se ha descartado')
    await until(() => expect(form.findAll('mark').map(mark => mark.text())).toEqual(['tres por dos']))
  })

  it('does not mourn a correction of a text that is gone', async () => {
    useAudioStore().draft = { ...emptyDraft(), text: 'Hoy 2x1', spoken: { for: 'Hoy 2x1', text: 'x y z' } }
    const form = await mount()
    useAudioStore().clearDraft()
    await form.vm.$nextTick()
    expect(form.find('[role=status]').exists()).toBe(false)
  })

  it('refuses a correction that says nothing', async () => {
    useAudioStore().draft = { ...emptyDraft(), text: 'Hoy 2x1', spoken: { for: 'Hoy 2x1', text: '…' } }
    const form = await mount()
    await form.trigger('submit')
    expect(form.emitted('generate')).toBeUndefined()
    expect(form.text()).toContain('Aquí no hay nada que decir.')
  })

  it('says when it cannot be known, and asks again', async () => {
    asked.mockReturnValueOnce(500)
    const form = await mount()
    await form.get('#announce-text').setValue('Hoy 2x1')
    await until(() => expect(form.text()).toContain('No se ha podido comprobar cómo se leerá.'))
    await button(form, 'Reintentar').trigger('click')
    await until(() => expect(form.findAll('mark')).toHaveLength(1))
  })
})
