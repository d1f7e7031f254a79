import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { createError, getQuery } from 'h3'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useRouter, useToast } from '#imports'
import Library from '~/pages/library.vue'
import { useMessageActions } from '~/composables/useMessageActions'
import { useClientStore } from '~/stores/client'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const [closing, opening, offer] = [aMessage({ title: 'Cierre' }), aMessage({ title: 'Apertura' }), aMessage({ title: 'Oferta' })]
const asked = vi.fn<(query: Record<string, unknown>) => unknown>()
registerEndpoint('/api/v1/library', event => asked(getQuery(event)))
registerEndpoint('/api/v1/library/categories', () => listOf([]))
registerEndpoint('/api/v1/player/players', () => listOf([]))
const mount = (route = '/library') => mountSuspended(inDashboard(Library), { route })
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
    expect(asked.mock.calls[0]![0]).toMatchObject({ q: 'cierre', sort: 'newest' })
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

  it('goes from card to card with the arrows', async () => {
    const page = await mount()
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    const cards = page.findAll('ul > li').map(card => card.element as HTMLElement)
    document.body.append(page.element)
    cards[0]!.focus()
    cards[0]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
    expect(document.activeElement).toBe(cards[1])
    await page.vm.$nextTick()
    expect(cards.map(card => card.tabIndex)).toEqual([-1, 0])
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
    }))
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
    }))
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    await actions.remove(opening)
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido eliminar')
  })
})
