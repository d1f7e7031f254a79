import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import PairDialog from '~/components/player/PairDialog.vue'
import { useClientStore } from '~/stores/client'
import type { Store } from '#shared/schemas/client'
import { aPlayer, listOf, meAs } from '../../fixtures/dashboard'
import { until } from '../dashboard'

const store = { store_id: '019a0000-0000-7000-8000-0000000000aa', name: 'Gran Vía 28' } as Store
let stores: Store[] = []
const approved = vi.fn<(body: Record<string, string>) => unknown>()
const opened = vi.fn()
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
