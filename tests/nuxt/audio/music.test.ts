import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, getQuery, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Music from '~/pages/music.vue'
import { useTrackActions } from '~/composables/useTrackActions'
import { useClientStore } from '~/stores/client'
import { aTrack, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const calm = aTrack({ title: 'Calma', is_default: true, tags: ['suave'], cue_in_ms: 2000 })
const bell = aTrack({ kind: 'chime', title: 'Timbre' })
const broken = aTrack({ kind: 'background', title: 'Rota', status: 'failed', failure: 'not_audio', audio_url: null })
const listed = vi.fn<(query: { kind?: string, cursor?: string }) => unknown>()
const changed = vi.fn<(method: string, body?: unknown) => void>()
registerEndpoint('/api/v1/audio/tracks', event => listed(getQuery(event)))
for (const track of [calm, bell, broken]) {
  const url = `/api/v1/audio/tracks/${track.track_id}`
  registerEndpoint(url, { method: 'PATCH', handler: async (event) => {
    const body = await readBody(event)
    changed('PATCH', body)
    return { ...track, ...body }
  } })
  registerEndpoint(url, { method: 'DELETE', handler: () => {
    changed('DELETE')
    return null
  } })
  registerEndpoint(`${url}/retry`, { method: 'POST', handler: () => {
    changed('retry')
    return { ...track, status: 'waiting', failure: null }
  } })
}
enableAutoUnmount(afterEach)

async function mount() {
  let actions!: ReturnType<typeof useTrackActions>
  const page = await mountSuspended(inDashboard(Music, () => {
    actions = useTrackActions()
  }), { route: '/music' })
  const titles = () => page.findAll('article h3').map(title => title.text())
  return { page, titles, actions: () => actions }
}

describe('the music page', () => {
  beforeEach(() => {
    clearNuxtData()
    listed.mockReset().mockReturnValue(listOf([calm, bell, broken]))
    changed.mockReset()
    useClientStore().set(meAs('editor'))
    useToast().clear()
  })

  it('shows beds, chimes and background music apart, with their figures', async () => {
    const { page, titles } = await mount()
    await until(() => expect(titles()).toEqual(['Calma', 'Timbre', 'Rota']))
    const bed = page.findAll('article')[0]!.text()
    for (const words of ['Predeterminada', '0:28', 'recortada', '−18,0 LUFS', 'suave']) expect(bed).toContain(words)
  })

  it('says why a track failed, and tries again', async () => {
    const { page } = await mount()
    await until(() => expect(page.find('[aria-label="Reintentar «Rota»"]').exists()).toBe(true))
    expect(page.find('[aria-label="Reproducir «Rota»"]').attributes('disabled')).toBeDefined()
    await page.get('[aria-label="Reintentar «Rota»"]').trigger('click')
    await until(() => expect(page.text()).toContain('esperando su turno'))
    expect(changed).toHaveBeenCalledWith('retry')
  })

  it('moves a cue with the keyboard, and never past the other', async () => {
    const { page } = await mount()
    await until(() => expect(page.find('[aria-label="Editar «Calma»"]').exists()).toBe(true))
    await page.get('[aria-label="Editar «Calma»"]').trigger('click')
    const cue = (edge: string) => page.get(`[data-edge=${edge}]`)
    expect(cue('from').attributes('aria-valuetext')).toBe('2.0 s')
    await cue('from').trigger('keydown', { key: 'ArrowRight' })
    await until(() => expect(changed).toHaveBeenCalledWith('PATCH', { cue_in_ms: 2100, cue_out_ms: null }))
    await cue('from').trigger('keydown', { key: 'End' })
    await until(() => expect(changed).toHaveBeenLastCalledWith('PATCH', { cue_in_ms: 29_800, cue_out_ms: null }))
    await cue('to').trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(cue('to').attributes('aria-valuenow')).toBe('30')
  })

  it('shows a cut of another length at once, and takes it back when the server would not', async () => {
    listed.mockReturnValue(listOf([aTrack({ title: 'Ajena' })]))
    const { page } = await mount()
    await until(() => expect(page.find('[aria-label="Editar «Ajena»"]').exists()).toBe(true))
    await page.get('[aria-label="Editar «Ajena»"]').trigger('click')
    await page.get('[data-edge=to]').trigger('keydown', { key: 'ArrowLeft' })
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido guardar el cambio'))
    expect(page.get('[data-edge=to]').attributes('aria-valuenow')).toBe('30')
  })

  it('deletes at once, and brings back', async () => {
    const { titles, actions } = await mount()
    await until(() => expect(titles()).toHaveLength(3))
    const removal = actions().remove(bell)
    await until(() => expect(titles()).toEqual(['Calma', 'Rota']))
    await removal
    const toast = useToast().toasts.value.at(-1)!
    expect(toast.title).toBe('«Timbre» se ha eliminado')
    const undo = [toast.actions![0]!.onClick].flat()[0]!
    undo(new MouseEvent('click'))
    await until(() => expect(changed.mock.calls).toEqual([['DELETE'], ['PATCH', { deleted_at: null }]]))
    await until(() => expect(titles()).toHaveLength(3))
  })

  it('brings the default back as the default', async () => {
    const { titles, actions } = await mount()
    await until(() => expect(titles()).toHaveLength(3))
    await actions().remove(calm)
    const undo = [useToast().toasts.value.at(-1)!.actions![0]!.onClick].flat()[0]!
    undo(new MouseEvent('click'))
    await until(() => expect(changed).toHaveBeenLastCalledWith('PATCH', { deleted_at: null, is_default: true }))
  })

  it('shows a bed however many songs there are, and more of them when asked', async () => {
    const songs = Array.from({ length: 130 }, (_, at) => aTrack({ kind: 'background', title: `Canción ${at}` }))
    listed.mockImplementation(({ kind, cursor }) => {
      const all = [...songs, calm, bell].filter(track => !kind || track.kind === kind)
      const from = Number(cursor ?? 0)
      return listOf(all.slice(from, from + 100), all.length > from + 100 ? String(from + 100) : null)
    })
    const { page, titles } = await mount()
    await until(() => expect(titles()).toHaveLength(102))
    expect(titles()).toEqual(expect.arrayContaining(['Calma', 'Timbre']))
    await page.findAll('button').find(button => button.text() === 'Cargar más')!.trigger('click')
    await until(() => expect(titles()).toHaveLength(132))
  })

  it('keeps a tag that was written and left', async () => {
    const { page } = await mount()
    await until(() => expect(page.find('[aria-label="Editar «Calma»"]').exists()).toBe(true))
    await page.get('[aria-label="Editar «Calma»"]').trigger('click')
    const tags = page.get('input[placeholder^=navidad]')
    await tags.setValue('verano')
    await tags.trigger('blur')
    await until(() => expect(changed).toHaveBeenCalledWith('PATCH', { tags: ['suave', 'verano'] }))
  })

  it('is empty, and could not be read', async () => {
    listed.mockReturnValue(listOf([]))
    const { page } = await mount()
    await until(() => expect(page.text()).toContain('Todavía no hay música'))
    clearNuxtData()
    listed.mockImplementation(() => {
      throw createError({ statusCode: 500 })
    })
    const failing = await mount()
    await until(() => expect(failing.page.text()).toContain('No se ha podido cargar la lista'))
  })

  it('lets a viewer listen, and change nothing', async () => {
    useClientStore().set(meAs('viewer'))
    const { page, titles } = await mount()
    await until(() => expect(titles()).toHaveLength(3))
    expect(page.findAll('button').map(button => button.attributes('aria-label') ?? button.text()).filter(label => /Editar|acciones|Subir|Reintentar/.test(label))).toEqual([])
    expect(page.find('[aria-label="Reproducir «Calma»"]').exists()).toBe(true)
  })
})
