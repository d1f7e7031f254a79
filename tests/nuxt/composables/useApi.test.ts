import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { createError, getHeader, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useFetch, type useI18n, useNuxtApp, useRouter } from '#imports'
import english from '~/i18n/locales/en/errors.json'
import { ApiError, newKey, toApiError, useApi } from '~/composables/useApi'
import { useClientStore } from '~/stores/client'
import { meAs } from '../../fixtures/dashboard'

const keys = vi.fn<(key: string | undefined) => void>()
registerEndpoint('/api/v1/made', { method: 'POST', handler: (event) => {
  keys(getHeader(event, 'idempotency-key'))
  return { ok: true }
} })
registerEndpoint('/api/v1/refused', (event) => {
  setResponseStatus(event, 422)
  return { error: { code: 'store_has_players', message: 'It has players.', fields: [{ path: 'name', message: 'is taken' }], request_id: 'r-1' } }
})
registerEndpoint('/api/v1/odd', (event) => {
  setResponseStatus(event, 418)
  return { error: { code: 'never_heard_of', message: 'The kettle is on.', request_id: 'r-2' } }
})
registerEndpoint('/api/v1/ended', (event) => {
  setResponseStatus(event, 401)
  return { error: { code: 'unauthenticated', message: 'Sign in first.', request_id: 'r-3' } }
})
registerEndpoint('/api/v1/client/setup', () => ({ needed: false }))
registerEndpoint('/api/v1/client/me', () => ({ user: null, client: null, clients: [] }))
registerEndpoint('/api/auth/odd', { method: 'POST', handler: () => {
  throw createError({ statusCode: 429, message: 'slow' })
} })

async function api() {
  let found!: ReturnType<typeof useApi>
  await mountSuspended(defineComponent({ setup() {
    found = useApi()
    return () => h('i')
  } }))
  return found
}
const failing = async (call: Promise<unknown>) => toApiError(await call.then(() => null, (thrown: unknown) => thrown))

describe('a list whose session ended', () => {
  it('leads to the sign-in page, and back to where it was', async () => {
    useClientStore().set(meAs('editor'))
    await mountSuspended(defineComponent({ setup() {
      useFetch('/api/v1/ended', { key: 'ended', lazy: true })
      return () => h('i')
    } }), { route: '/music' })
    await vi.waitFor(() => expect(useRouter().currentRoute.value.fullPath).toBe('/sign-in?redirect=/music'), { timeout: 5000 })
    expect(useClientStore().user).toBeNull()
  })
})

describe('an error that crossed useFetch', () => {
  it('says that there is no connection when no answer came', () => {
    const crossed = createError(new Error('[GET] "/api/v1/audio/tracks": <no response> Failed to fetch'))
    expect(crossed.statusCode).toBe(500)
    expect(toApiError(crossed)).toMatchObject({ code: 'network', status: 0 })
  })
})

describe('useApi', () => {
  beforeEach(() => {
    keys.mockClear()
    useClientStore().set(meAs('editor'))
  })

  it('throws what the API says: status, code, fields, request id', async () => {
    const { apiGet } = await api()
    const error = await apiGet('/api/v1/refused').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'store_has_players', message: 'It has players.', fields: [{ path: 'name', message: 'is taken' }], request_id: 'r-1' })
  })

  it('says a known code in the reader’s language, and another by its own message', async () => {
    const { apiGet, apiErrorMessage } = await api()
    const [known, odd] = [await failing(apiGet('/api/v1/refused')), await failing(apiGet('/api/v1/odd'))]
    expect(apiErrorMessage(known)).toMatch(/^La tienda todavía tiene reproductores/)
    const { setLocale, mergeLocaleMessage } = useNuxtApp().$i18n as ReturnType<typeof useI18n>
    mergeLocaleMessage('en', english)
    await setLocale('en')
    expect(apiErrorMessage(known)).toMatch(/^The store still has players/)
    await setLocale('es')
    expect(apiErrorMessage(odd)).toBe('The kettle is on.')
  })

  it('sends a fresh key with every idempotent call, the given one where there is one, and none otherwise', async () => {
    const { apiPost } = await api()
    await apiPost('/api/v1/made', {}, { idempotent: true })
    await apiPost('/api/v1/made', {}, { idempotent: true })
    await apiPost('/api/v1/made', {}, { idempotency_key: 'mine' })
    await apiPost('/api/v1/made', {})
    const [first, second, given, none] = keys.mock.calls.map(([key]) => key)
    expect(first).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(second).not.toBe(first)
    expect([given, none]).toEqual(['mine', undefined])
  })

  it('goes to the sign-in page, and forgets who was signed in, when the session has ended', async () => {
    await useRouter().push('/settings')
    const { apiGet } = await api()
    expect((await failing(apiGet('/api/v1/ended'))).code).toBe('unauthenticated')
    await vi.waitFor(() => expect(useRouter().currentRoute.value.path).toBe('/sign-in'))
    expect(useClientStore().user).toBeNull()
  })
})

describe('toApiError', () => {
  it.each([
    ['better-auth', { status: 401, data: { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'no' } }, { status: 401, code: 'invalid_email_or_password' }],
    ['a useFetch error that came from the server', { statusCode: 404, data: { error: { code: 'not_found', message: 'gone', request_id: 'x' } } }, { status: 404, code: 'not_found' }],
    ['an error that wraps another', { statusCode: 409, data: { data: { error: { code: 'last_owner', message: 'm', request_id: 'x' } } } }, { status: 409, code: 'last_owner' }],
    ['a bare 429', { status: 429, data: {} }, { code: 'rate_limited' }],
    ['no network', new TypeError('Failed to fetch'), { status: 0, code: 'network' }],
    ['an abort', new DOMException('stop', 'AbortError'), { status: 0, code: 'aborted' }],
    ['nothing at all', undefined, { code: 'network' }],
  ])('reads %s', (_name, thrown, expected) => {
    expect(toApiError(thrown)).toMatchObject(expected)
  })
})

describe('newKey', () => {
  it('never repeats', () => {
    expect(new Set(Array.from({ length: 500 }, newKey)).size).toBe(500)
  })
})
