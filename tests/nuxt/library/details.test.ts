import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import type { MessageVersion } from '#shared/schemas/library'
import MessageDetails from '~/components/library/MessageDetails.vue'
import { useMessageActions } from '~/composables/useMessageActions'
import { useAudioStore } from '~/stores/audio'
import { useClientStore } from '~/stores/client'
import { aMessage, aPlay, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const JINGLE = {
  with_bed: true,
  bed_track_id: '019a0000-0000-7000-8000-00000000aaaa', chime_track_id: null, silence_before_ms: 0, intro_ms: 2000, outro_ms: 3500, silence_after_ms: 0, fade_in_ms: 0,
  fade_out_ms: 2500, duck_down_ms: 300, duck_up_ms: 600, voice_over_bed_lu: 12, bed_alone_lu: 0, voice_gain_db: 0, bed_offset_ms: 0,
}
const message = aMessage({ title: 'Cierre', version: 2, jingle: JINGLE, limiting_db: 2.3, warnings: ['heavy_limiting'], tags: ['cierre'] })
const path = `/api/v1/library/${message.audio_id}`
const version = (number: number, changes: Partial<MessageVersion> = {}): MessageVersion => ({
  ...message, version: number, version_id: `019a0000-0000-7000-8000-00000000000${number}`, is_current: false, ...changes,
})

const got = vi.fn<() => unknown>()
const versions = vi.fn<() => MessageVersion[]>()
const patched = vi.fn<(body: Record<string, unknown>) => unknown>()
registerEndpoint(path, { method: 'GET', handler: () => got() })
registerEndpoint(path, { method: 'PATCH', handler: async event => patched(await readBody(event)) })
registerEndpoint(`${path}/usage`, () => ({ plays: { items: [aPlay({ status: 'played', started_at: '2026-11-22T13:05:00.000Z' })], total: 7, played: 6, waiting: 1 }, schedules: [], shortcuts: [{ shortcut_id: message.audio_id, title: 'Cierre ya' }] }))
registerEndpoint(`${path}/versions`, { method: 'GET', handler: () => listOf(versions()) })
registerEndpoint('/api/v1/audio/tracks', () => listOf([{ track_id: JINGLE.bed_track_id, kind: 'bed', title: 'Calma', status: 'ready' }]))
for (const other of ['/api/v1/library/tags', '/api/v1/library/categories', '/api/v1/player/players']) registerEndpoint(other, () => listOf([]))

const mount = (route = `/library/${message.audio_id}`) => mountSuspended(inDashboard(MessageDetails), { props: { audioId: message.audio_id }, route })
enableAutoUnmount(afterEach)

describe('the details of a message', () => {
  beforeEach(() => {
    clearNuxtData()
    got.mockReset().mockReturnValue(message)
    versions.mockReset().mockReturnValue([version(2, { version_id: null, is_current: true }), version(1, { text: 'Cerramos en veinte minutos' })])
    patched.mockReset().mockImplementation(changes => ({ ...message, ...changes }))
    useClientStore().set(meAs('editor'))
    useToast().clear()
  })

  it('say what it says, how it sounds, its figures, where it was heard and what it was', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toMatch(/Calma[^]*Versión 1/))
    for (const part of [
      message.text, 'Carlota', 'Estabilidad 1,00', 'Calma', 'Voz sobre el fondo12 LU', 'Salida3,5 s', '−16,0 LUFS', '−1,4 dBTP', '2,3 dB', '4,00 s',
      'picos muy fuertes', message.sha256!, '6 de 7 se oyeron', '1 envío espera', 'Cierre ya', 'TV Caja 3', 'Cerramos en veinte minutos',
    ]) expect(page.text()).toContain(part)
  })

  it('make a new version of new words, and keep the sound of now until it is there', async () => {
    const asked = vi.fn()
    let answer!: () => void
    registerEndpoint(`${path}/versions`, { method: 'POST', handler: async (event) => {
      asked(await readBody(event))
      await new Promise<void>(resolve => (answer = resolve))
      return { ...message, text: 'Cerramos ya', version: 3, sha256: 'b'.repeat(64), audio_url: `/media/${'b'.repeat(64)}.mp3`, speech_cached: false }
    } })
    const page = await mount()
    const press = (label: string) => page.findAll('button').find(button => button.text() === label)!.trigger('click')
    await until(() => expect(page.text()).toContain('Editar el texto'))
    await press('Editar el texto')
    await page.get('textarea').setValue('Cerramos ya')
    await page.get('form').trigger('submit')
    await until(() => expect(asked).toHaveBeenCalledWith({ text: 'Cerramos ya', version: 2 }))
    expect(page.find('[aria-label="Reproducir «Cierre»"]').exists()).toBe(true)
    expect(page.text()).toContain('Cancelar')
    versions.mockReturnValue([version(3, { version_id: null, is_current: true, text: 'Cerramos ya' }), version(2), version(1)])
    answer()
    await until(() => expect(page.text()).toContain('Versión 3'))
    expect(page.find('textarea').exists()).toBe(false)
  })

  it('take a correction by hand of how it is read, show the one of now, and take it back', async () => {
    const asked = vi.fn()
    registerEndpoint(`${path}/versions`, { method: 'POST', handler: async (event) => {
      asked(await readBody(event))
      throw createError({ statusCode: 409, data: { error: { code: 'message_changed', message: 'x', request_id: 'r' } } })
    } })
    registerEndpoint('/api/v1/audio/reading', { method: 'POST', handler: async event => ({ text: (await readBody<{ text: string }>(event)).text, spoken_text: 'léase así', changes: [], language: 'es-ES' }) })
    got.mockReturnValue({ ...message, spoken_text: 'Léase de otro modo' })
    const page = await mount(`/library/${message.audio_id}?edit`)
    const hand = () => page.find<HTMLTextAreaElement>('textarea[aria-label="Texto tal como se leerá"]')
    const make = () => page.findAll('button').find(button => button.text() === 'Crear la versión')!
    await until(() => expect(hand().element.value).toBe('Léase de otro modo'))
    expect(make().attributes('disabled')).toBeDefined()

    await hand().setValue('Léase despacio')
    await page.get('form').trigger('submit')
    await until(() => expect(asked).toHaveBeenCalledWith({ text: message.text, spoken_text: 'Léase despacio', version: 2 }))

    await until(() => expect(make()?.attributes('disabled')).toBeUndefined())
    await page.findAll('button').find(button => button.text() === 'Volver a lo automático')!.trigger('click')
    await page.get('form').trigger('submit')
    await until(() => expect(asked).toHaveBeenLastCalledWith({ text: message.text, spoken_text: null, version: 2 }))
    await until(() => expect(page.text()).toContain('Alguien ha cambiado este mensaje mientras tanto'))
  })

  it('say why a new version could not be made, and keep the words', async () => {
    registerEndpoint(`${path}/versions`, { method: 'POST', handler: () => {
      throw createError({ statusCode: 409, data: { error: { code: 'message_changed', message: 'x', request_id: 'r' } } })
    } })
    const page = await mount(`/library/${message.audio_id}?edit`)
    await until(() => expect(page.find('textarea').exists()).toBe(true))
    await page.get('textarea').setValue('Cerramos ya')
    await page.get('form').trigger('submit')
    await until(() => expect(page.text()).toContain('Alguien ha cambiado este mensaje mientras tanto'))
    expect((page.get('textarea').element as HTMLTextAreaElement).value).toBe('Cerramos ya')
  })

  it('make an earlier version what it is again', async () => {
    const restored = vi.fn(() => ({ ...message, text: 'Cerramos en veinte minutos', version: 3 }))
    registerEndpoint(`${path}/versions/${version(1).version_id}/restore`, { method: 'POST', handler: restored })
    const page = await mount()
    await until(() => expect(page.text()).toContain('Versión 1'))
    await page.findAll('button').find(button => button.text() === 'Restaurar')!.trigger('click')
    await until(() => expect(restored).toHaveBeenCalledOnce())
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('Vuelve a ser la versión 1'))
  })

  it('set between which days it airs, and refuse an end before the beginning', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('Vigencia'))
    const [from, until_] = page.findAll<HTMLInputElement>('input[type=date]')
    await from!.setValue('2026-12-01')
    await from!.trigger('change')
    await until(() => expect(patched).toHaveBeenCalledWith({ valid_from: '2026-12-01T00:00:00.000Z', valid_until: null }))
    patched.mockClear()
    until_!.element.value = '2026-11-01'
    await until_!.trigger('change')
    await until(() => expect(page.text()).toContain('El final tiene que ir después del comienzo.'))
    expect(patched).not.toHaveBeenCalled()
  })

  it('open as a new message in the generator, with its voice and music, and leave this one alone', async () => {
    let actions!: ReturnType<typeof useMessageActions>
    await mountSuspended(inDashboard(MessageDetails, () => {
      actions = useMessageActions()
    }), { props: { audioId: message.audio_id } })
    await actions.editAsNew({ ...message, spoken_text: 'Como se dice' })
    expect(useAudioStore().draft).toMatchObject({ text: message.text, spoken: { for: message.text, text: 'Como se dice' }, title: '', voice_id: message.voice_id, jingle: { with_music: true, preset_id: null, changes: JINGLE } })
    expect(patched).not.toHaveBeenCalled()
  })

  it('say that it is gone', async () => {
    got.mockImplementation(() => {
      throw createError({ statusCode: 404, data: { error: { code: 'message_not_found', message: 'x', request_id: 'r' } } })
    })
    const page = await mount()
    await until(() => expect(page.text()).toContain('Este mensaje ya no existe.'))
  })

  it('let a viewer look, and change nothing', async () => {
    useClientStore().set(meAs('viewer'))
    const page = await mount()
    await until(() => expect(page.text()).toContain('Versión 1'))
    for (const label of ['Editar el texto', 'Restaurar', 'Enviar ahora', 'Editar como nuevo']) expect(page.text()).not.toContain(label)
    expect(page.get('fieldset').attributes('disabled')).toBeDefined()
  })
})
