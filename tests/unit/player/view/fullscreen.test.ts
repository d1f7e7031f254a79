import { describe, expect, it, vi } from 'vitest'
import { memoryStore } from '../../../../player/core/keep'
import { engineName } from '../../../../player/view/engine'
import { createFullscreen } from '../../../../player/view/fullscreen'

function browser(about: { refuses?: boolean, fills?: boolean, old?: boolean, none?: boolean } = {}) {
  const target = new EventTarget()
  const asked = vi.fn()
  const page = Object.assign(target, {
    fullscreenElement: null as Element | null,
    webkitFullscreenElement: null as Element | null,
    documentElement: {},
    [about.old ? 'webkitFullscreenEnabled' : 'fullscreenEnabled']: !about.none,
  })
  const enter = () => {
    asked()
    if (about.refuses) return Promise.reject(new TypeError('no'))
    page[about.old ? 'webkitFullscreenElement' : 'fullscreenElement'] = {} as Element
    target.dispatchEvent(new Event(about.old ? 'webkitfullscreenchange' : 'fullscreenchange'))
    return Promise.resolve()
  }
  page.documentElement = about.old ? { webkitRequestFullscreen: () => void enter() } : { requestFullscreen: enter }
  const store = memoryStore()
  const wants: boolean[] = []
  const open = () => createFullscreen({ page, fills: () => !!about.fills, store, onChange: wanted => wants.push(wanted) })
  const leave = () => {
    page.fullscreenElement = page.webkitFullscreenElement = null
    target.dispatchEvent(new Event('fullscreenchange'))
  }
  return { open, asked, wants, leave }
}

describe('the whole screen', () => {
  it.each([[{}], [{ old: true }]])('is wanted until a tap has given it: %j', (about) => {
    const { open, wants, asked } = browser(about)
    const fullscreen = open()
    fullscreen.look()
    fullscreen.ask()
    fullscreen.ask()
    expect(wants).toEqual([true, false])
    expect(asked).toHaveBeenCalledTimes(1)
  })

  it.each([[{ fills: true }], [{ none: true }]])('is not asked for where there is nothing to gain: %j', (about) => {
    const { open, wants, asked } = browser(about)
    const fullscreen = open()
    fullscreen.look()
    fullscreen.ask()
    expect([wants, asked.mock.calls]).toEqual([[], []])
  })

  it('is wanted again when it was left, and after a reload', () => {
    const { open, wants, leave } = browser()
    const fullscreen = open()
    fullscreen.look()
    fullscreen.ask()
    leave()
    expect(wants).toEqual([true, false, true])
    open().look()
    expect(wants).toEqual([true, false, true, true])
  })

  it('is never asked for again by a page that somebody likes as it is', () => {
    const { open, wants } = browser()
    const fullscreen = open()
    fullscreen.look()
    fullscreen.decline()
    open().look()
    expect(wants).toEqual([true, false])
  })

  it('is not asked for again by this page where the browser refuses', async () => {
    const { open, wants, asked } = browser({ refuses: true })
    const fullscreen = open()
    fullscreen.look()
    fullscreen.ask()
    await vi.waitFor(() => expect(wants).toEqual([true, false]))
    fullscreen.ask()
    expect(asked).toHaveBeenCalledTimes(1)
  })
})

describe('the name of an engine', () => {
  it.each([
    ['Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.5) AppleWebKit/537.36 (KHTML, like Gecko) 69.0.3497.106/5.5 TV Safari/537.36', 'Tizen 5.5'],
    ['Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/68.0.3440.106 Safari/537.36 WebAppManager', 'webOS · Chromium 68'],
    ['Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6297; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/108.0.5359.160 Mobile Safari/537.36', 'Android 7.1.2 · Chromium 108'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15', 'Version/17.1 Safari'],
    ['Something else', 'Something else'],
  ])('%s', (agent, name) => expect(engineName(agent)).toBe(name))
})
