import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount, type VueWrapper } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import Sidebar from '~/components/layout/Sidebar.vue'
import AlertBanner from '~/components/alert/Banner.vue'
import Alerts from '~/pages/alerts.vue'
import AlertSettingsPage from '~/pages/settings/alerts.vue'
import { useClientStore } from '~/stores/client'
import type { Alert, Notice } from '~~/shared/schemas/alert'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const ID = '019a0000-0000-7000-8000-00000000000'
const alert = (more: Partial<Alert> = {}): Alert => ({ alert_id: `${ID}1`, kind: 'player_offline', player_id: `${ID}2`, player_name: 'TV 1', store_id: `${ID}3`, store_name: 'Centro', time_zone: 'America/Mexico_City', ending: null, since: '2026-11-20T18:00:00Z', opened_at: '2026-11-20T18:10:00Z', closed_at: null, seen_at: null, ...more })
const alerts = vi.fn<() => Alert[]>()
const channels = vi.fn<() => unknown>()
const notices = vi.fn<() => Notice[]>()
const posted = vi.fn<(path: string, body?: unknown) => void>()
registerEndpoint('/api/v1/alert', () => ({ items: alerts(), next_cursor: null, total: alerts().length }))
registerEndpoint('/api/v1/alert/channels', () => channels())
registerEndpoint('/api/v1/alert/notices', () => ({ items: notices() }))
registerEndpoint('/api/v1/settings/alerts', () => ({ enabled: true, offline_after_minutes: 10, emails: ['ana@shop.test'] }))
registerEndpoint('/api/v1/alert/webhooks', { method: 'POST', handler: async (event) => {
  posted('webhooks', await readBody(event))
  return { webhook_id: `${ID}4`, url: 'https://example.com/hook', enabled: true, created_at: '2026-11-20T18:00:00Z', secret: 'whsec_c2VjcmV0' }
} })
for (const path of [`${ID}1/seen`, `notices/${ID}5/retry`, 'test']) registerEndpoint(`/api/v1/alert/${path}`, { method: 'POST', handler: () => {
  posted(path)
  return {}
} })
enableAutoUnmount(afterEach)
beforeEach(() => {
  clearNuxtData()
  useClientStore().set(meAs('editor'))
  alerts.mockReset().mockReturnValue([])
  channels.mockReset().mockReturnValue({ mail: { ready: true, from: 'a@b.test' }, webhooks: [] })
  notices.mockReset().mockReturnValue([])
  posted.mockReset()
})
const buttonOf = (page: VueWrapper, text: string) => page.findAll('button').find(entry => entry.text() === text)

describe('the page of alerts', () => {
  it('says what is wrong now and what was, on the store\'s clocks', async () => {
    alerts.mockReturnValue([alert(), alert({ alert_id: `${ID}9`, kind: 'sound_locked', closed_at: '2026-11-20T19:00:00Z' })])
    const page = await mountSuspended(inDashboard(Alerts), { route: '/alerts' })
    await until(() => expect(page.findAll('section')).toHaveLength(2))
    expect(page.findAll('section')[0]!.text()).toMatch(/TV 1.*Centro.*No responde.*12:00/)
    expect(page.findAll('section')[1]!.text()).toMatch(/toque.*12:00.*13:00.*Resuelto/)
    await buttonOf(page, 'Visto')!.trigger('click')
    await until(() => expect(posted).toHaveBeenCalledWith(`${ID}1/seen`))
  })

  it('says what will end, and leads there; above a page it comes after what is wrong', async () => {
    const ending = (schedules: number) => alert({ kind: 'schedules_ending', player_id: null, player_name: null, store_id: null, store_name: null, time_zone: null, ending: { ends_on: '2026-11-29', schedules, title: 'Rebajas' } })
    alerts.mockReturnValue([ending(3)])
    const page = await mountSuspended(inDashboard(Alerts), { route: '/alerts' })
    await until(() => expect(page.find('section').text()).toMatch(/Rebajas, ….*3 programaciones acaban el domingo, 29 de noviembre/))
    expect(page.find('section a').attributes('href')).toBe('/schedules?state=expiring')
    alerts.mockReturnValue([ending(1), alert({ alert_id: `${ID}9` })])
    await refreshNuxtData()
    await until(() => expect(page.find('section').text()).toMatch(/Rebajas ?Acaba el domingo/))
    const banner = await mountSuspended(inDashboard(AlertBanner))
    await until(() => expect(banner.text()).toMatch(/TV 1 \(Centro\) no responde, y 1 aviso más/))
  })

  it('says that all is well', async () => {
    const page = await mountSuspended(inDashboard(Alerts), { route: '/alerts' })
    await until(() => expect(page.text()).toContain('Todo en orden'))
  })

  it('is counted in the menu', async () => {
    alerts.mockReturnValue([alert(), alert({ alert_id: `${ID}9` })])
    const sidebar = await mountSuspended(inDashboard(Sidebar), { route: '/' })
    await until(() => expect(sidebar.get('a[href="/alerts"]').text()).toContain('2'))
  })
})

describe('the settings of alerts', () => {
  async function mount() {
    const page = await mountSuspended(inDashboard(AlertSettingsPage), { route: '/settings/alerts' })
    await until(() => expect(page.find('form').exists()).toBe(true))
    return page
  }

  it('say when mails cannot be sent', async () => {
    channels.mockReturnValue({ mail: { ready: false, from: null }, webhooks: [] })
    const page = await mount()
    await until(() => expect(page.text()).toContain('El correo no está configurado'))
  })

  it('show the secret of a new webhook, once', async () => {
    const page = await mount()
    await buttonOf(page, 'Añadir webhook')!.trigger('click')
    const field = await until(() => {
      const found = document.querySelector<HTMLInputElement>('#webhook-form input[type=url]')
      expect(found).not.toBeNull()
      return found!
    })
    field.value = 'https://example.com/hook'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    document.querySelector('#webhook-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(posted).toHaveBeenCalledWith('webhooks', { url: 'https://example.com/hook' }))
    await until(() => expect(document.querySelector<HTMLInputElement>('[role=dialog] input[readonly]')?.value).toBe('whsec_c2VjcmV0'))
    ;[...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find(entry => entry.textContent?.trim() === 'Ya lo he guardado')!.click()
    await until(() => expect(document.body.innerHTML).not.toContain('whsec_'))
  })

  it('tell what became of each notice, and try again', async () => {
    const notice = (more: Partial<Notice>): Notice => ({ notice_id: `${ID}5`, to: 'https://example.com/hook', channel: 'webhook', event: 'alert.opened', alert_id: `${ID}1`, player_name: 'TV 1', store_name: 'Centro', ending: null, kind: 'player_offline', status: 'failed', attempts: 14, next_at: null, sent_at: null, error: 'http_500', created_at: '2026-11-20T18:00:00Z', ...more })
    notices.mockReturnValue([notice({}), notice({ notice_id: `${ID}6`, channel: 'email', to: 'ana@shop.test', status: 'failed', attempts: 0, error: 'mail_not_set_up' })])
    const page = await mount()
    await until(() => expect(page.text()).toContain('Respondió con el código 500.'))
    expect(page.text()).toContain('No llegó · 14 intentos')
    expect(page.text()).toContain('El correo no está configurado en el servidor.')
    await buttonOf(page, 'Reintentar')!.trigger('click')
    await until(() => expect(posted).toHaveBeenCalledWith(`notices/${ID}5/retry`))
  })

  it('send a test', async () => {
    const page = await mount()
    await buttonOf(page, 'Enviar una prueba')!.trigger('click')
    await until(() => expect(posted).toHaveBeenCalledWith('test'))
  })
})
