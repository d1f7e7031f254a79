import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { UploadOptions } from 'tus-js-client'
import { clearNuxtData } from '#imports'
import CategorySelect from '~/components/library/CategorySelect.vue'
import UploadModal from '~/components/library/UploadModal.vue'
import UploadTray from '~/components/library/UploadTray.vue'
import { useUploads } from '~/composables/useUploads'
import { useClientStore } from '~/stores/client'
import { useUploadsStore } from '~/stores/uploads'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

/** Uploads as the page started them: the test plays the server. */
const { started, FakeUpload } = vi.hoisted(() => {
  const started: { file: File, options: UploadOptions, aborted: boolean[] }[] = []
  class FakeUpload {
    url: string | null = '/api/v1/library/uploads/tus/1'
    readonly own: typeof started[number]
    constructor(file: File, options: UploadOptions) {
      this.own = { file, options, aborted: [] }
    }

    async findPreviousUploads() {
      return []
    }

    start() {
      started.push(this.own)
    }

    async abort(terminate: boolean) {
      this.own.aborted.push(terminate)
    }
  }
  return { started, FakeUpload }
})
vi.mock('tus-js-client', () => ({ Upload: FakeUpload }))

const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}) => ({
  getStatus: () => status, getBody: () => JSON.stringify(body), getHeader: (name: string) => headers[name],
})
const refusal = (status: number, code: string) => Object.assign(new Error(code), { originalResponse: answer(status, { error: { code, message: code, request_id: 'r' } }) })
const done = (id: string) => ({ lastResponse: answer(204, '', { 'X-Audio-Id': id }) }) as never
const file = (name = 'Aviso_cierre.mp3', bytes = 3) => new File([new Uint8Array(bytes)], name, { type: 'audio/mpeg' })

const row = aMessage({ title: 'Aviso cierre', status: 'processing', audio_url: null })
const read = vi.fn(() => row as ReturnType<typeof aMessage>)
const retried = vi.fn()
registerEndpoint('/api/v1/library/uploads', () => ({ max_bytes: 100, formats: ['mp3', 'wav'], ffmpeg: false }))
registerEndpoint('/api/v1/library', () => listOf([]))
registerEndpoint('/api/v1/library/categories', () => listOf([{ category_id: 'c-ofertas', slug: 'ofertas', name: 'Ofertas', colour: '#f59e0b', icon: 'i-lucide-tag', position: 0, ai_instructions: '' }]))
registerEndpoint(`/api/v1/library/${row.audio_id}`, () => read())
registerEndpoint(`/api/v1/library/${row.audio_id}/retry`, { method: 'POST', handler: () => {
  retried()
  return row
} })
enableAutoUnmount(afterEach)

describe('uploads', () => {
  let uploads!: ReturnType<typeof useUploads>
  const mountTray = () => mountSuspended(inDashboard(UploadTray, () => {
    uploads = useUploads()
  }))

  beforeEach(() => {
    clearNuxtData()
    useClientStore().set(meAs('editor'))
    useUploadsStore().entries = []
    started.length = 0
    read.mockReset().mockReturnValue(row)
    retried.mockReset()
  })

  it('send two files at once, the others in their order, and say how far they are', async () => {
    const tray = await mountTray()
    uploads.add([file('uno.mp3'), file('dos.mp3'), file('tres.mp3')], { kind: 'message', source: 'uploaded' })
    await until(() => expect(started.map(entry => entry.file.name)).toEqual(['uno.mp3', 'dos.mp3']))
    expect(tray.text()).toContain('3 archivos en curso')
    started[0]!.options.onProgress!(2, 3)
    await tray.get('[aria-label="Ver las subidas"]').trigger('click')
    expect(tray.text()).toContain('2 byte')
    expect(tray.text()).toContain('En cola')
    started[0]!.options.onSuccess!(done(row.audio_id))
    await until(() => expect(started).toHaveLength(3))
  })

  it('name and describe a file as the server wants it', async () => {
    await mountTray()
    uploads.add([file()], { kind: 'message', source: 'recorded', category: 'ofertas' })
    await until(() => expect(started).toHaveLength(1))
    expect(started[0]!.options.metadata).toEqual({ filename: 'Aviso_cierre.mp3', kind: 'message', title: 'Aviso cierre', source: 'recorded', category: 'ofertas' })
    expect(started[0]!.options.endpoint).toBe('/api/v1/library/uploads/tus')
  })

  it('follow a file that was sent until it is ready', async () => {
    const tray = await mountTray()
    uploads.add([file()], { kind: 'message', source: 'uploaded' })
    await until(() => expect(started).toHaveLength(1))
    await tray.get('[aria-label="Ver las subidas"]').trigger('click')
    started[0]!.options.onSuccess!(done(row.audio_id))
    await until(() => expect(tray.text()).toContain('Midiendo e igualando'))
    read.mockReturnValue({ ...row, status: 'ready' })
    await uploads.follow(useUploadsStore().entries[0]!)
    await until(() => expect(tray.text()).toContain('1 archivo listo'))
    await tray.get('[aria-label="Vaciar la lista de subidas"]').trigger('click')
    expect(useUploadsStore().entries).toEqual([])
  })

  it('say why a file failed, and have the server try again', async () => {
    const tray = await mountTray()
    uploads.add([file()], { kind: 'message', source: 'uploaded' })
    await until(() => expect(started).toHaveLength(1))
    read.mockReturnValue({ ...row, status: 'failed', failure: 'timed_out' })
    started[0]!.options.onSuccess!(done(row.audio_id))
    await until(() => expect(tray.text()).toContain('1 archivo no se ha podido usar'))
    await tray.get('[aria-label="Ver las subidas"]').trigger('click')
    read.mockReturnValue(row)
    await tray.get('[aria-label="Reintentar «Aviso cierre»"]').trigger('click')
    await until(() => expect(retried).toHaveBeenCalledOnce())
    await until(() => expect(useUploadsStore().entries[0]!.state).toBe('processing'))
  })

  it('show what the server refuses, without trying again', async () => {
    const tray = await mountTray()
    uploads.add([file()], { kind: 'message', source: 'uploaded' })
    await until(() => expect(started).toHaveLength(1))
    const { onShouldRetry, onError } = started[0]!.options
    expect(onShouldRetry!(refusal(422, 'not_audio') as never, 0, {} as never)).toBe(false)
    expect(onShouldRetry!(refusal(503, 'storage_full') as never, 0, {} as never)).toBe(false)
    expect(onShouldRetry!(refusal(423, 'locked') as never, 0, {} as never)).toBe(true)
    expect(onShouldRetry!(refusal(502, 'bad_gateway') as never, 0, {} as never)).toBe(true)
    expect(onShouldRetry!(Object.assign(new Error('offline'), { originalResponse: null }) as never, 0, {} as never)).toBe(true)
    onError!(refusal(422, 'not_audio'))
    expect(useUploadsStore().entries[0]).toMatchObject({ state: 'refused', reason: 'not_audio' })
    await until(() => expect(tray.text()).toContain('1 archivo no se ha podido usar'))
  })

  it('go on after a gap where they stopped, once somebody asks', async () => {
    const tray = await mountTray()
    uploads.add([file()], { kind: 'message', source: 'uploaded' })
    await until(() => expect(started).toHaveLength(1))
    started[0]!.options.onError!(Object.assign(new Error('offline'), { originalResponse: null }) as never)
    await tray.get('[aria-label="Ver las subidas"]').trigger('click')
    expect(tray.text()).toContain('seguirá donde se quedó')
    await tray.get('[aria-label="Continuar la subida de «Aviso cierre»"]').trigger('click')
    await until(() => expect(started).toHaveLength(2))
    const [first, second] = await Promise.all(started.map(({ options, file: sent }) => options.fingerprint!(sent, options)))
    expect(second).toBe(first)
  })

  it('cancel a sending on the server too', async () => {
    const tray = await mountTray()
    uploads.add([file()], { kind: 'message', source: 'uploaded' })
    await until(() => expect(started).toHaveLength(1))
    await tray.get('[aria-label="Ver las subidas"]').trigger('click')
    await tray.get('[aria-label="Cancelar la subida de «Aviso cierre»"]').trigger('click')
    await until(() => expect(started[0]!.aborted).toEqual([true]))
    expect(useUploadsStore().entries).toEqual([])
  })
})

describe('the upload dialog', () => {
  const mountModal = (kind: 'message' | 'music') => mountSuspended(inDashboard(UploadModal), { props: { kind, open: true } })
  const dialog = () => document.querySelector<HTMLElement>('[role=dialog]')!
  async function pick(...files: File[]) {
    const input = await until(() => {
      const found = dialog()?.querySelector<HTMLInputElement>('input[type=file]')
      expect(found).toBeTruthy()
      return found!
    })
    Object.defineProperty(input, 'files', { value: files, configurable: true })
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }

  beforeEach(() => {
    clearNuxtData()
    useUploadsStore().entries = []
    started.length = 0
  })

  it('says sizes and formats, and refuses what is too large or empty before a byte is sent', async () => {
    await mountModal('message')
    await until(() => expect(dialog().textContent).toMatch(/Hasta 100 bytes cada uno: mp3[, y]+wav/))
    expect(dialog().textContent).toContain('necesitan ffmpeg')
    await pick(file('grande.wav', 101), file('vacío.mp3', 0))
    await until(() => expect(dialog().textContent).toContain('más grande de lo que se admite'))
    expect(useUploadsStore().entries.map(({ state, reason }) => [state, reason])).toEqual([['refused', 'empty_file'], ['refused', 'too_large']])
    expect(started).toEqual([])
  })

  it('files messages under the category that was chosen', async () => {
    const modal = await mountModal('message')
    const select = await until(() => {
      const found = modal.findComponent(CategorySelect)
      expect(found.exists()).toBe(true)
      return found
    })
    expect(dialog().textContent).toContain('Sin categoría')
    await select.setValue('c-ofertas')
    await until(() => expect(dialog().textContent).toContain('Ofertas'))
    await pick(file())
    await until(() => expect(started).toHaveLength(1))
    expect(started[0]!.options.metadata).toMatchObject({ source: 'uploaded', category: 'c-ofertas' })
  })

  it('sends music as what it was said to be', async () => {
    await mountModal('music')
    const chime = await until(() => {
      const found = dialog()?.querySelector<HTMLInputElement>('input[value=chime]')
      expect(found).toBeTruthy()
      return found!
    })
    chime.checked = true
    chime.dispatchEvent(new Event('change', { bubbles: true }))
    await pick(file('timbre.wav'))
    await until(() => expect(started).toHaveLength(1))
    expect(started[0]!.options.metadata).toEqual({ filename: 'timbre.wav', kind: 'music', title: 'timbre', track_kind: 'chime' })
  })
})
