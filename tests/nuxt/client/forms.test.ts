import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount, type VueWrapper } from '@vue/test-utils'
import { readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRouter } from '#imports'
import SetUpForm from '~/components/client/SetUpForm.vue'
import SignIn from '~/pages/sign-in.vue'
import { useClientStore } from '~/stores/client'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const signIn = vi.fn<(body: { email: string, password: string }) => { status: number, body: object }>()
const setUp = vi.fn<(body: Record<string, string>) => { status: number, body: object }>()
const me = vi.fn()
const needed = vi.fn<() => boolean>()
registerEndpoint('/api/auth/sign-in/email', { method: 'POST', handler: async (event) => {
  const { status, body } = signIn(await readBody(event))
  setResponseStatus(event, status)
  return body
} })
registerEndpoint('/api/v1/client/setup', { method: 'POST', handler: async (event) => {
  const { status, body } = setUp(await readBody(event))
  setResponseStatus(event, status)
  return body
} })
registerEndpoint('/api/v1/client/setup', { method: 'GET', handler: () => ({ needed: needed() }) })
registerEndpoint('/api/v1/client/me', () => me())
enableAutoUnmount(afterEach)

async function fill(form: VueWrapper, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) await form.get(`input[name=${name}]`).setValue(value)
}

beforeEach(() => {
  signIn.mockReset()
  setUp.mockReset()
  needed.mockReset().mockReturnValue(false)
  me.mockReset().mockReturnValue({ user: null, client: null, clients: [] })
  useClientStore().set(null)
})

describe('signing in', () => {
  const mount = (route = '/sign-in') => mountSuspended(inDashboard(SignIn), { route })

  it('goes where the person wanted to, once the password is right', async () => {
    signIn.mockReturnValue({ status: 200, body: {} })
    const page = await mount('/sign-in?redirect=/library?q=cierre')
    me.mockReturnValue(meAs('editor'))
    await fill(page, { email: 'Ana@Ribera.es', password: 'correcto-123' })
    await page.get('form').trigger('submit')
    await until(() => expect(useRouter().currentRoute.value.fullPath).toBe('/library?q=cierre'))
    expect(signIn).toHaveBeenCalledWith({ email: 'ana@ribera.es', password: 'correcto-123' })
    expect(useClientStore().can('editor')).toBe(true)
  })

  it('never leaves this site', async () => {
    signIn.mockReturnValue({ status: 200, body: {} })
    const page = await mount('/sign-in?redirect=//evil.example/')
    me.mockReturnValue(meAs('editor'))
    await fill(page, { email: 'ana@ribera.es', password: 'correcto-123' })
    await page.get('form').trigger('submit')
    await until(() => expect(useRouter().currentRoute.value.fullPath).toBe('/'))
  })

  it('says that the e-mail or the password is wrong, and stays', async () => {
    signIn.mockReturnValue({ status: 401, body: { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' } })
    const page = await mount()
    await fill(page, { email: 'ana@ribera.es', password: 'mal' })
    await page.get('form').trigger('submit')
    await until(() => expect(page.get('[role=alert]').text()).toBe('El correo o la contraseña no son correctos.'))
    expect(useRouter().currentRoute.value.path).toBe('/sign-in')
  })

  it('asks nobody before the form is whole', async () => {
    const page = await mount()
    await fill(page, { email: 'ana', password: '' })
    await page.get('form').trigger('submit')
    await until(() => expect(page.text()).toContain('Escriba una dirección de correo válida'))
    expect(page.text()).toContain('Este campo es obligatorio')
    expect(signIn).not.toHaveBeenCalled()
  })
})

describe('the first set-up', () => {
  const whole = { token: 'secreto', name: 'Ana', email: 'ana@ribera.es', password: 'tienda cierra en quince', client_name: 'Ribera', store_name: 'Gran Vía' }
  beforeEach(() => void needed.mockReturnValue(true))
  const mount = (route = '/setup') => mountSuspended(inDashboard(SetUpForm), { route })

  it('begins with the browser’s time zone and the token of the address', async () => {
    setUp.mockReturnValue({ status: 201, body: meAs('owner') })
    const form = await mount('/setup?token=de-la-consola')
    expect(form.get<HTMLInputElement>('input[name=token]').element.value).toBe('de-la-consola')
    await fill(form, { ...whole, token: 'de-la-consola' })
    await form.get('form').trigger('submit')
    await until(() => expect(setUp).toHaveBeenCalled())
    expect(setUp.mock.calls[0]![0]).toEqual({ ...whole, token: 'de-la-consola', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone })
    await until(() => expect(useClientStore().can('owner')).toBe(true))
  })

  it('shows at its field what the server has against it', async () => {
    setUp.mockReturnValue({ status: 403, body: { error: { code: 'setup_token_wrong', message: 'The token is wrong.', fields: [{ path: 'token', message: 'is wrong' }], request_id: 'r' } } })
    const form = await mount()
    await fill(form, whole)
    await form.get('form').trigger('submit')
    await until(() => expect(form.get('[role=alert]').text()).toBe('El código de instalación no es correcto.'))
    const token = form.get('input[name=token]')
    expect(token.attributes('aria-invalid')).toBe('true')
    expect(form.get('input[name=name]').attributes('aria-invalid')).not.toBe('true')
  })

  it('measures the password while it is typed', async () => {
    const form = await mount()
    expect(form.text()).toContain('Al menos 10 caracteres')
    await fill(form, { password: 'corta' })
    expect(form.text()).toContain('Demasiado corta')
    await fill(form, { password: 'tienda cierra en quince' })
    expect(form.text()).toContain('Segura')
  })

  it('says every missing field at once', async () => {
    const form = await mount()
    await form.get('form').trigger('submit')
    await until(() => expect(form.findAll('[aria-invalid=true]').map(input => input.attributes('name')).sort()).toEqual(['client_name', 'email', 'name', 'password', 'store_name', 'token']))
    expect(setUp).not.toHaveBeenCalled()
  })
})
