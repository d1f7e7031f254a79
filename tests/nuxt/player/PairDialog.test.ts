import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import PairDialog from '~/components/player/PairDialog.vue'
import { useClientStore } from '~/stores/client'
import type { Store } from '#shared/schemas/client'
import type { PairingLookup } from '#shared/schemas/player'
import { aPlayer, listOf, meAs } from '../../fixtures/dashboard'
import { until } from '../dashboard'

const store = { store_id: '019a0000-0000-7000-8000-0000000000aa', name: 'Gran Vía 28' } as Store
let stores: Store[] = []
const approved = vi.fn<(body: Record<string, string>) => unknown>()
const opened = vi.fn()
const lookedUp = vi.fn<() => unknown>()
const nobody: PairingLookup = { address: null, user_agent: null, screen: null, places: [] }
registerEndpoint('/api/v1/client/stores', { method: 'GET', handler: () => listOf(stores) })
registerEndpoint('/api/v1/client/stores', { method: 'POST', handler: async (event) => {
  const body = await readBody(event)
  opened(body)
  const made = { ...store, ...body, store_id: '019a0000-0000-7000-8000-0000000000bb' }
  // Somebody else has opened one meanwhile, and it stands first.
  stores = [store, made]
  return made
} })
registerEndpoint('/api/v1/player/pairings/approve', { method: 'POST', handler: async event => approved(await readBody(event)) })
registerEndpoint('/api/v1/player/players', () => listOf([]))
registerEndpoint('/api/v1/player/pairings/lookup', { method: 'POST', handler: () => lookedUp() })
enableAutoUnmount(afterEach)

/** The dialog lives at the end of the body. */
const field = (label: string) => [...document.querySelectorAll('label')].find(entry => entry.textContent?.trim() === label)!.closest('[data-slot=root]')!.querySelector('input')!
function type(label: string, text: string) {
  const input = field(label)
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}
const submit = () => document.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
async function open(code?: string) {
  const dialog = await mountSuspended(PairDialog, { props: { open: true, code } })
  await until(() => expect(document.querySelector('[role=dialog] form')).not.toBeNull())
  return dialog
}

describe('PairDialog', () => {
  beforeEach(() => {
    clearNuxtData()
    stores = [store]
    approved.mockReset().mockImplementation(body => aPlayer({ name: body.name }))
    opened.mockReset()
    lookedUp.mockReset().mockReturnValue(nobody)
    useClientStore().set(meAs('editor'))
  })

  it('shows the code as it stands on the screen, however it is typed', async () => {
    await open()
    type('Código', ' ab7k-q2 mx ')
    await until(() => expect(field('Código').value).toBe('AB7K-Q2MX'))
  })

  it('opens with the code that the QR brought', async () => {
    await open('ab7kq2mx')
    expect(field('Código').value).toBe('AB7K-Q2MX')
  })

  it('offers the place that the set had before, and gives it back', async () => {
    const place = { player_id: 'p1', name: 'TV Caja', store_id: store.store_id, store_name: 'Gran Vía 28', last_seen_at: '2026-11-22T13:00:00.000Z', alike: ['set', 'engine', 'address'] as const }
    lookedUp.mockReturnValue({ ...nobody, user_agent: 'Mozilla/5.0 (SMART-TV; Tizen 5.0) Chrome/63.0 TV', screen: '1920x1080', places: [place] })
    await open('ab7kq2mx')
    await until(() => expect(document.querySelector('[role=dialog]')!.textContent).toContain('Es otra vez TV Caja de Gran Vía 28'))
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('Chromium 63 · Tizen 5.0 · 1920 × 1080')
    // What it keeps is not asked for.
    expect(document.querySelectorAll('[role=combobox]')).toHaveLength(0)
    submit()
    await until(() => expect(approved).toHaveBeenCalledWith({ code: 'AB7K-Q2MX', player_id: 'p1' }))
  })

  it('takes it as a new one all the same, where somebody says so', async () => {
    lookedUp.mockReturnValue({ ...nobody, places: [{ player_id: 'p1', name: 'TV Caja', store_id: 's', store_name: 'Sol', last_seen_at: null, alike: ['set', 'engine', 'address'] }] })
    await open('ab7kq2mx')
    await until(() => expect(document.querySelectorAll('[role=radio]')).toHaveLength(2))
    document.querySelectorAll<HTMLElement>('[role=radio]')[1]!.click()
    await until(() => expect(document.querySelector('[role=combobox]')!.textContent).toContain('Gran Vía 28'))
    type('Nombre', 'TV Nueva')
    submit()
    await until(() => expect(approved).toHaveBeenCalledWith({ code: 'AB7K-Q2MX', name: 'TV Nueva', store_id: store.store_id }))
  })

  it('takes a screen in', async () => {
    const dialog = await open('ab7kq2mx')
    type('Nombre', ' TV Caja 3 ')
    await until(() => expect(document.querySelector('[role=combobox]')!.textContent).toContain('Gran Vía 28'))
    submit()
    await until(() => expect(approved).toHaveBeenCalledWith({ code: 'AB7K-Q2MX', name: 'TV Caja 3', store_id: store.store_id }))
    await until(() => expect(dialog.emitted('update:open')).toEqual([[false]]))
    expect(opened).not.toHaveBeenCalled()
  })

  it('says what is missing, in human words', async () => {
    await open('ab7')
    submit()
    await until(() => expect(document.body.textContent).toContain('El código tiene 8 letras y números'))
    expect(document.body.textContent).toContain('Este campo es obligatorio')
    expect(approved).not.toHaveBeenCalled()
  })

  it('opens the first store on the way, once, also when the code was wrong at first', async () => {
    stores = []
    await open('ab7kq2mx')
    await until(() => expect(document.body.textContent).toContain('Nombre de la tienda'))
    type('Nombre', 'TV Caja 3')
    type('Nombre de la tienda', 'Mercado')
    approved.mockImplementationOnce(() => {
      throw createError({ statusCode: 404, data: { error: { code: 'pairing_code_unknown', message: 'No screen shows this code.', request_id: 'r' } } })
    })
    submit()
    await until(() => expect(approved).toHaveBeenCalledTimes(1))
    expect(opened).toHaveBeenCalledWith({ name: 'Mercado', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone })
    await until(() => expect(document.querySelector('[aria-invalid=true]')).toBe(field('Código')))
    submit()
    await until(() => expect(approved).toHaveBeenCalledTimes(2))
    expect(approved.mock.calls[1]![0].store_id).toBe('019a0000-0000-7000-8000-0000000000bb')
    expect(opened).toHaveBeenCalledTimes(1)
  })
})
