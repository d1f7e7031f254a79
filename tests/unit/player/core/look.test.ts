import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import type { ShownLook } from '../../../../player/core/look'
import { createLook } from '../../../../player/core/look'

const ORIGIN = 'http://server'
const PICTURE = 'the picture'
let keep: Keep
let shown: (ShownLook | null)[]
let asked: [url: string, token: string][]
let online: boolean

const boot = () => createLook({ origin: ORIGIN, keep, token: () => 'secret', onChange: look => shown.push(look) })
const latest = () => shown.at(-1)
const settled = () => new Promise(resolve => setTimeout(resolve, 10))

beforeEach(() => {
  keep = memoryKeep()
  shown = []
  asked = []
  online = true
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push([url, (init.headers as Record<string, string>).authorization!])
    if (!online) throw new TypeError('Failed to fetch')
    return new Response(PICTURE)
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('the look of a client', () => {
  it('has its logo fetched by the player\'s token, once, and shown from the device', async () => {
    const look = boot()
    look.set({ logo_url: '/media/logo.png', colour: '#aa3300' })
    expect(latest()).toEqual({ logo_url: '/media/logo.png', colour: '#aa3300', logo_src: null })
    await settled()
    expect(asked).toEqual([[`${ORIGIN}/media/logo.png`, 'Bearer secret']])
    expect(latest()!.logo_src).toMatch(/^blob:/)
    vi.unstubAllGlobals()
    expect(await (await fetch(latest()!.logo_src!)).text()).toBe(PICTURE)
    look.set({ logo_url: '/media/logo.png', colour: '#aa3300' })
    expect(asked).toHaveLength(1)
  })

  it('is there after a reload without a network', async () => {
    boot().set({ logo_url: '/media/logo.png', colour: null })
    await settled()
    online = false
    const later = boot()
    await later.load()
    expect(latest()).toMatchObject({ logo_url: '/media/logo.png', logo_src: expect.stringMatching(/^blob:/) })
  })

  it('is tried again with what the server says next, when it could not be had', async () => {
    online = false
    const look = boot()
    look.set({ logo_url: '/media/logo.png', colour: null })
    await settled()
    online = true
    look.set({ logo_url: '/media/logo.png', colour: null })
    await settled()
    expect(latest()!.logo_src).toMatch(/^blob:/)
  })

  it('that has no logo any more shows none; another logo takes its place', async () => {
    const look = boot()
    look.set({ logo_url: '/media/one.png', colour: null })
    await settled()
    look.set({ logo_url: '/media/two.png', colour: null })
    await settled()
    expect(asked.map(([url]) => url)).toEqual([`${ORIGIN}/media/one.png`, `${ORIGIN}/media/two.png`])
    look.set({ logo_url: null, colour: null })
    expect(latest()).toEqual({ logo_url: null, colour: null, logo_src: null })
  })

  it('never sends the token to another server', async () => {
    boot().set({ logo_url: 'http://example.com/logo.png', colour: null })
    await settled()
    expect(asked).toEqual([])
  })

  it('is forgotten with the pairing', async () => {
    const look = boot()
    look.set({ logo_url: '/media/logo.png', colour: null })
    await settled()
    await look.clear()
    await boot().load()
    expect(latest()).toBeNull()
  })
})
