import { mountSuspended } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, ref } from 'vue'
import LibraryGrid from '~/components/library/LibraryGrid.vue'
import { useClientStore } from '~/stores/client'
import { aMessage, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

/** What the page observes: the test says what is seen. */
class FakeObserver {
  static all: FakeObserver[] = []
  readonly observed = new Set<Element>()
  constructor(private readonly tell: IntersectionObserverCallback) {
    FakeObserver.all.push(this)
  }

  observe(element: Element) {
    this.observed.add(element)
  }

  unobserve(element: Element) {
    this.observed.delete(element)
  }

  disconnect() {}

  static look(elements: Element[], isIntersecting: boolean) {
    for (const observer of FakeObserver.all) {
      const entries = elements.filter(element => observer.observed.has(element)).map(target => ({ target, isIntersecting }) as IntersectionObserverEntry)
      if (entries.length) observer.tell(entries, observer as never)
    }
  }
}

const messages = Array.from({ length: 40 }, (_, n) => aMessage({ title: `Mensaje ${n}` }))
enableAutoUnmount(afterEach)

describe('a long library', () => {
  let frames: FrameRequestCallback[]
  beforeEach(() => {
    FakeObserver.all = []
    frames = []
    vi.stubGlobal('IntersectionObserver', FakeObserver)
    vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame))
    useClientStore().set(meAs('editor'))
    return () => vi.unstubAllGlobals()
  })
  const nextFrame = () => frames.splice(0).forEach(frame => frame(0))

  it('draws what is near, a few at a time, and lets go of what is far', async () => {
    const grid = await mountSuspended(inDashboard(LibraryGrid), { props: { messages, view: 'grid' }, attachTo: document.body })
    const drawn = () => grid.findAll('article h3').map(title => title.text())
    const places = grid.findAll('ul[aria-description] > li')
    expect(places).toHaveLength(40)
    expect(drawn()).toEqual(messages.slice(0, 12).map(message => message.title))
    expect(places[30]!.text()).toBe('Mensaje 30')

    const far = places.slice(20, 28).map(place => place.element)
    FakeObserver.look(far, true)
    nextFrame()
    await until(() => expect(drawn().length).toBeGreaterThan(12))
    expect(drawn().length).toBeLessThan(12 + far.length)
    for (const _ of far) nextFrame()
    await until(() => expect(drawn()).toHaveLength(12 + far.length))

    const focused = far[0]!.querySelector('a')!
    focused.focus()
    FakeObserver.look(far, false)
    await until(() => expect(drawn()).toHaveLength(13))
    expect(document.activeElement).toBe(focused)
  })

  it('begins again with another view', async () => {
    const view = ref<'grid' | 'list'>('grid')
    const grid = await mountSuspended(inDashboard({ render: () => h(LibraryGrid, { messages, view: view.value }) }))
    FakeObserver.look(grid.findAll('ul[aria-description] > li').map(place => place.element), true)
    for (const _ of messages) nextFrame()
    await until(() => expect(grid.findAll('article')).toHaveLength(40))
    view.value = 'list'
    await until(() => expect(grid.findAll('article')).toHaveLength(12))
  })
})
