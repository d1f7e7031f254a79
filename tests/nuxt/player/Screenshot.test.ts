import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import Screenshot from '~/components/player/Screenshot.vue'
import type { PlayerState } from '~~/player/core/state'

const player = { player_id: '1', name: 'TV Caja 3', store_id: '2', store_name: 'Centro', client_name: 'Sol', time_zone: 'Europe/Madrid' }

afterEach(() => {
  document.body.innerHTML = ''
})

/** The picture of a player, with its frame loaded: no frame loads by itself here. */
async function picture(state: Partial<PlayerState>) {
  const mounted = await mountSuspended(Screenshot, { props: { state }, attachTo: document.body })
  const frame = mounted.get('iframe')
  const page = document.implementation.createHTMLDocument()
  page.body.innerHTML = frame.attributes('srcdoc')!.replace(/^.*?(?=<div)/, '')
  Object.defineProperty(frame.element, 'contentDocument', { value: page })
  await frame.trigger('load')
  await nextTick()
  return { mounted, frame, page, text: (selector: string) => page.querySelector(selector)!.textContent }
}

describe('a picture of a player', () => {
  it('is its own screen in a frame, with the style of televisions', async () => {
    const { frame, page, text, mounted } = await picture({ phase: 'paired', connection: 'online', sound: 'unlocked', player, music: 'Mañana' })
    expect(frame.attributes('srcdoc')).toMatch(/href="\/_player\/player\.\w+\.css"/)
    expect(frame.attributes('title')).toBe('TV Caja 3')
    expect([text('.store'), text('.track'), text('.idle-title')]).toEqual(['Centro', '♪ Mañana', 'Todo listo'])
    expect([...page.querySelectorAll('.stage > :not([hidden])')].map(panel => panel.className)).toEqual(['idle'])
    expect(mounted.find('.screen').exists()).toBe(false)
  })

  it('changes with the state', async () => {
    const { mounted, text, page } = await picture({ phase: 'paired', connection: 'online', sound: 'unlocked', player })
    const now = { play_id: '7', title: 'Cierre', text: 'La tienda cierra.', priority: 'live', started_at: '2026-11-23T12:00:00.000Z', position_ms: 1, duration_ms: 2 } as const
    await mounted.setProps({ state: { phase: 'paired', connection: 'online', sound: 'unlocked', player, now } })
    expect(text('.caption')).toBe('La tienda cierra.')
    expect(page.querySelector('.air')!.hasAttribute('hidden')).toBe(false)
  })

  it('bears what an older player does not send', async () => {
    const { text } = await picture({ phase: 'pairing', code: 'ABCD2345' })
    expect(text('.code')).toContain('ABCD')
  })
})
