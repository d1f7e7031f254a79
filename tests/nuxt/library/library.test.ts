import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { createError, getQuery, readBody } from 'h3'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useRouter, useToast } from '#imports'
import MessageRow from '~/components/library/MessageRow.vue'
import { soundOf } from '~/composables/useAudio'
import Library from '~/pages/library.vue'
import { useMessageActions } from '~/composables/useMessageActions'
import { useAudioStore } from '~/stores/audio'
import { useClientStore } from '~/stores/client'
import { useLibraryStore } from '~/stores/library'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const [closing, opening, offer] = [aMessage({ title: 'Cierre' }), aMessage({ title: 'Apertura' }), aMessage({ title: 'Oferta' })]
const asked = vi.fn<(query: Record<string, unknown>) => unknown>()
registerEndpoint('/api/v1/library', event => asked(getQuery(event)))
registerEndpoint('/api/v1/library/categories', () => listOf([]))
for (const path of ['/api/v1/player/players', '/api/v1/library/tags', '/api/v1/library/jobs', '/api/v1/audio/voices']) registerEndpoint(path, () => listOf([]))
/** The details open beside it; here they would be the library once more. */
const global = { stubs: { NuxtPage: true } }
const mount = (route = '/library') => mountSuspended(inDashboard(Library), { route, global })
enableAutoUnmount(afterEach)

describe('the library', () => {
  beforeEach(() => {
    clearNuxtData()
    asked.mockReset().mockReturnValue(listOf([closing, opening]))
    useClientStore().set(meAs('editor'))
    useToast().clear()
  })

  it('shows every message', async () => {
    const page = await mount()
    await until(() => expect(page.findAll('article h3').map(title => title.text())).toEqual(['Cierre', 'Apertura']))
  })

  it('searches when the typing rests, and keeps the words in the address', async () => {
    const page = await mount()
    await until(() => expect(asked).toHaveBeenCalled())
    asked.mockClear()
    const input = page.get('[role=search] input')
    for (const text of ['c', 'ci', 'cierre']) await input.setValue(text)
    await until(() => expect(asked).toHaveBeenCalledTimes(1))
    expect(asked.mock.calls[0]![0]).toMatchObject({ q: 'cierre' })
    expect(useRouter().currentRoute.value.query).toEqual({ q: 'cierre' })
  })

  it('reads the search from the address', async () => {
    const page = await mount('/library?q=oferta&sort=title')
    await until(() => expect(asked.mock.calls.at(-1)![0]).toMatchObject({ q: 'oferta', sort: 'title' }))
    expect((page.get('[role=search] input').element as HTMLInputElement).value).toBe('oferta')
  })

  it('loads more behind what is there', async () => {
    asked.mockImplementation(query => query.cursor ? listOf([offer]) : listOf([closing, opening], 'next'))
    const page = await mount()
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    await page.findAll('button').find(button => button.text() === 'Cargar más')!.trigger('click')
    await until(() => expect(page.findAll('article h3').map(title => title.text())).toEqual(['Cierre', 'Apertura', 'Oferta']))
    expect(page.text()).not.toContain('Cargar más')
  })

  it('says that it is empty, and where to write the first message', async () => {
    asked.mockReturnValue(listOf([]))
    const page = await mount()
    await until(() => expect(page.text()).toContain('La biblioteca está vacía'))
    expect(page.findAll('a').some(link => link.attributes('href') === '/' && link.text() === 'Escribir el primero')).toBe(true)
  })

  it('says that nothing matches, and shows everything again at a click', async () => {
    asked.mockImplementation(query => listOf(query.q ? [] : [closing]))
    const page = await mount('/library?q=zzz')
    await until(() => expect(page.text()).toContain('Ningún mensaje coincide'))
    await page.findAll('button').find(button => button.text() === 'Quitar los filtros')!.trigger('click')
    await until(() => expect(page.findAll('article')).toHaveLength(1))
  })

  it('says that it could not be read, and tries again', async () => {
    asked.mockImplementation(() => {
      throw createError({ statusCode: 500 })
    })
    const page = await mount()
    await until(() => expect(page.text()).toContain('No se ha podido cargar la lista'))
    asked.mockReset().mockReturnValue(listOf([closing]))
    await page.findAll('button').find(button => button.text() === 'Reintentar')!.trigger('click')
    await until(() => expect(page.findAll('article')).toHaveLength(1))
  })

  it('goes from message to message with up and down, and moves inside the sound with left and right', async () => {
    const page = await mount()
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    const cards = page.findAll('ul[aria-description] > li').map(card => card.element as HTMLElement)
    document.body.append(page.element)
    const press = (card: number, key: string) => cards[card]!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    cards[0]!.focus()
    press(0, 'ArrowDown')
    expect(document.activeElement).toBe(cards[1])
    await page.vm.$nextTick()
    expect(cards.map(card => card.tabIndex)).toEqual([-1, 0])
    press(1, 'ArrowDown')
    expect(document.activeElement).toBe(cards[1])
    press(1, 'ArrowUp')
    expect(document.activeElement).toBe(cards[0])

    const audio = useAudioStore()
    const long = { ...soundOf(closing), duration_ms: 20_000 }
    audio.sound = long
    audio.position_ms = 0
    press(0, 'ArrowRight')
    press(0, 'ArrowRight')
    expect(audio.position_ms).toBe(10_000)
    press(0, 'ArrowLeft')
    expect(audio.position_ms).toBe(5000)
  })

  it('chooses by keys, a range with shift, everything with one button, and nothing after Escape', async () => {
    asked.mockReturnValue(listOf([closing, opening, offer]))
    const page = await mount()
    await until(() => expect(page.findAll('article')).toHaveLength(3))
    const selection = useLibraryStore()
    const cards = page.findAll('ul[aria-description] > li')
    await cards[0]!.trigger('keydown', { key: 'x' })
    expect([...selection.selected]).toEqual([closing.audio_id])
    await cards[2]!.get('[role=checkbox]').trigger('click', { shiftKey: true })
    expect(selection.count).toBe(3)
    await cards[1]!.get('[role=checkbox]').trigger('click')
    expect(page.get('[role=toolbar]').text()).toContain('2 seleccionados')
    await page.findAll('button').find(button => button.text() === 'Seleccionar los 3')!.trigger('click')
    expect(selection.count).toBe(3)
    const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true })
    document.body.dispatchEvent(escape)
    await until(() => expect(selection.count).toBe(0))
    // Dialogs need the key too.
    expect(escape.defaultPrevented).toBe(false)
  })

  it('does one thing to all chosen messages, and takes it back', async () => {
    const sent: unknown[] = []
    registerEndpoint('/api/v1/library/bulk', { method: 'POST', handler: async (event) => {
      const request = await readBody<{ audio_ids: string[] }>(event)
      sent.push(request)
      return { matched: request.audio_ids.length, changed: request.audio_ids.length, audio_ids: request.audio_ids }
    } })
    const page = await mount()
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    const ids = [closing.audio_id, opening.audio_id]
    const press = (name: string) => page.get('[role=toolbar]').findAll('button').find(button => button.text() === name)!.trigger('click')
    const undo = async () => {
      const toast = await until(() => {
        const last = useToast().toasts.value.at(-1)
        expect(last?.actions).toHaveLength(1)
        return last!
      })
      for (const handler of [toast.actions![0]!.onClick].flat()) handler!(new MouseEvent('click'))
    }
    const stars = () => page.findAll('[aria-pressed=true][aria-label^="Quitar"]').length

    useLibraryStore().select(ids)
    await page.vm.$nextTick()
    await press('Favoritos')
    await until(() => expect(stars()).toBe(2))
    expect(sent).toEqual([{ audio_ids: ids, action: 'favourite' }])
    await undo()
    await until(() => expect(stars()).toBe(0))
    expect(sent[1]).toEqual({ audio_ids: ids, action: 'unfavourite' })

    useToast().clear()
    await press('Eliminar')
    await until(() => expect(page.findAll('article')).toHaveLength(0))
    expect(useLibraryStore().count).toBe(0)
    await undo()
    await until(() => expect(page.findAll('article h3').map(title => title.text())).toEqual(['Cierre', 'Apertura']))
    expect(sent.slice(2)).toEqual([{ audio_ids: ids, action: 'delete', force: false }, { audio_ids: ids, action: 'restore' }])
  })

  it('asks the API for what the address says, and leaves out what it says wrongly', async () => {
    await mount('/library?favourite&unused&tag=a&tag=b&length=medium&source=uploaded&voice=nobody&from=2026-01-31&category=none&sort=duration')
    await until(() => expect(asked).toHaveBeenCalled())
    expect(asked.mock.calls.at(-1)![0]).toEqual({
      favourite: 'true', unused: 'true', tags: ['a', 'b'], min_duration_ms: '10000', max_duration_ms: '29999', source: 'uploaded', category: 'none', sort: 'duration', limit: '24',
      from: '2026-01-31T00:00:00.000Z',
    })
  })

  it('shows each filter as a chip that takes it away', async () => {
    const page = await mount('/library?favourite&tag=verano&tag=rebajas')
    await until(() => expect(page.findAll('ul[aria-label="Filtros activos"] > li')).toHaveLength(4))
    await page.get('[aria-label="Quitar el filtro «verano»"]').trigger('click')
    await until(() => expect(useRouter().currentRoute.value.query).toEqual({ favourite: null, tag: ['rebajas'] }))
    await until(() => expect(asked.mock.calls.at(-1)![0]).toMatchObject({ favourite: 'true', tags: 'rebajas' }))
    await page.findAll('button').find(button => button.text() === 'Quitar los filtros')!.trigger('click')
    await until(() => expect(useRouter().currentRoute.value.query).toEqual({}))
  })

  it('shows rows instead of cards, and remembers it', async () => {
    const page = await mount()
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    const button = page.get('button[aria-label="Lista"]')
    await button.trigger('click')
    await until(() => expect(page.findAllComponents(MessageRow)).toHaveLength(2))
    expect(document.cookie).toContain('mediaflow_library_view=list')
    await page.get('button[aria-label="Tarjetas"]').trigger('click')
    await until(() => expect(page.findAllComponents(MessageRow)).toHaveLength(0))
  })

  it('deletes at once, and brings back where it was', async () => {
    const calls: string[] = []
    registerEndpoint(`/api/v1/library/${closing.audio_id}`, { method: 'DELETE', handler: () => {
      calls.push('DELETE')
      return null
    } })
    registerEndpoint(`/api/v1/library/${closing.audio_id}`, { method: 'PATCH', handler: () => {
      calls.push('PATCH')
      return closing
    } })
    let actions!: ReturnType<typeof useMessageActions>
    const page = await mountSuspended(inDashboard(Library, () => {
      actions = useMessageActions()
    }), { global })
    const titles = () => page.findAll('article h3').map(title => title.text())
    await until(() => expect(titles()).toEqual(['Cierre', 'Apertura']))
    const removal = actions.remove(closing)
    await until(() => expect(titles()).toEqual(['Apertura']))
    await removal
    const toast = await until(() => {
      const last = useToast().toasts.value.at(-1)
      expect(last?.title).toBe('«Cierre» se ha eliminado')
      return last!
    })
    const undo = [toast.actions![0]!.onClick].flat()[0]!
    undo(new MouseEvent('click'))
    await until(() => expect(titles()).toEqual(['Cierre', 'Apertura']))
    expect(calls).toEqual(['DELETE', 'PATCH'])
  })

  it('shows again what the server would not delete', async () => {
    registerEndpoint(`/api/v1/library/${opening.audio_id}`, { method: 'DELETE', handler: () => {
      throw createError({ statusCode: 500 })
    } })
    let actions!: ReturnType<typeof useMessageActions>
    const page = await mountSuspended(inDashboard(Library, () => {
      actions = useMessageActions()
    }), { global })
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    await actions.remove(opening)
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido eliminar')
  })
})
