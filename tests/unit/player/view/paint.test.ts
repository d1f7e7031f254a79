import { Window } from 'happy-dom'
import { beforeAll, describe, expect, it } from 'vitest'
import { initialState } from '../../../../player/core/state'
import { TEXTS } from '../../../../player/texts'
import { elsewhere } from '../../../../player/view/here'
import { createPainter } from '../../../../player/view/paint'
import { present } from '../../../../player/view/present'
import type { RenderScreen } from '../../../fixtures/player-page'
import { screenRenderer } from '../../../fixtures/player-page'
import { HERE, STATES } from './states'

let render: RenderScreen
beforeAll(async () => {
  render = await screenRenderer()
})

/** A page with this markup in it, as a browser reads it. */
function page(html: string): HTMLElement {
  const { document } = new Window()
  document.body.innerHTML = html
  return document.body as unknown as HTMLElement
}

/** Every element in a line, whatever the order of its attributes, without the marks that Vue leaves for itself. */
const markup = (root: HTMLElement) => [...root.querySelectorAll('*')].map((element) => {
  const attributes = [...element.attributes].map(({ name, value }) => `${name}="${value}"`).sort()
  return `${element.tagName} ${attributes.join(' ')}: ${element.children.length ? '' : element.textContent}`
}).join('\n')
const look = (name: string) => ({ state: STATES[name]!.state, here: { ...HERE, ...STATES[name]!.here } })
const names = (root: HTMLElement) => ['text', 'show', 'class', 'attr', 'words', 'scroll'].flatMap(kind => [...root.querySelectorAll(`[data-${kind}]`)]
  .flatMap(element => element.getAttribute(`data-${kind}`)!.split(' ').map(name => name.replace(/^.*:/, ''))))

describe('a screen that is painted', () => {
  it.each(Object.keys(STATES))('looks as the server would have rendered it: %s', async (name) => {
    const root = page(await render())
    const { state, here } = look(name)
    createPainter(root)(present(state, TEXTS.es, here))
    expect(markup(root)).toBe(markup(page(await render(state, here))))
  })

  it('comes from any picture to any other', async () => {
    const root = page(await render())
    const paint = createPainter(root)
    const all = Object.keys(STATES)
    for (const name of [...all, ...all.reverse()]) {
      const { state, here } = look(name)
      paint(present(state, TEXTS.es, here))
      expect(markup(root), name).toBe(markup(page(await render(state, here))))
    }
  })

  it('is left alone where nothing has changed', async () => {
    for (const name of ['starting', 'on air, words', 'info']) {
      const { state, here } = name === 'starting' ? { state: initialState(), here: elsewhere('MediaFlow') } : look(name)
      const root = page(await render(state, here))
      const before = [...root.querySelectorAll('*')].map(element => element.firstChild)
      const html = root.innerHTML
      createPainter(root)(present(state, TEXTS.es, here))
      expect(root.innerHTML).toBe(html)
      expect([...root.querySelectorAll('*')].map(element => element.firstChild)).toEqual(before)
    }
  })

  it('asks for nothing that a view does not have, and leaves nothing of it out', async () => {
    const view = present(initialState(), TEXTS.es, HERE)
    const asked = new Set(names(page(await render())))
    expect([...asked].filter(name => !(name in view))).toEqual([])
    expect(Object.keys(view).filter(name => !asked.has(name))).toEqual(['word'])
  })

  it('has every text of the other language too', async () => {
    for (const name of Object.keys(STATES)) {
      const { state, here } = look(name)
      expect(await render(state, here, 'en')).not.toMatch(/undefined|\[object/)
    }
  })
})

describe('the words of a caption', () => {
  it('are coloured one after the other, without any of them being made anew', async () => {
    const root = page(await render())
    const paint = createPainter(root)
    const { state, here } = look('on air, words')
    const at = (position_ms: number) => {
      paint(present({ ...state, now: { ...state.now!, position_ms } }, TEXTS.es, here))
      return [...root.querySelectorAll('.caption span')]
    }
    const first = at(0)
    expect(first.map(span => span.className)).toEqual(['saying', ...Array.from({ length: first.length - 1 }, () => '')])
    const later = at(1_100)
    expect(later.slice(0, 4).map(span => span.className)).toEqual(['said', 'said', 'saying', ''])
    expect(later.every((span, i) => span === first[i])).toBe(true)
    expect(root.querySelector('.caption')!.textContent).toBe(state.now!.text)
  })
})
