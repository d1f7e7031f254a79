import { mountSuspended } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import RecordPanel from '~/components/library/RecordPanel.vue'
import { inDashboard, until } from '../dashboard'

const stopped = vi.fn()
const ask = vi.fn<() => Promise<unknown>>()
class FakeRecorder {
  static isTypeSupported = (type: string) => type.startsWith('audio/webm')
  state = 'inactive'
  readonly heard: Record<string, (event: { data: Blob }) => void> = {}
  addEventListener(name: string, listener: (event: { data: Blob }) => void) {
    this.heard[name] = listener
  }

  start() {
    this.state = 'recording'
  }

  stop() {
    this.state = 'inactive'
    const event = { data: new Blob(['sound']) }
    this.heard.dataavailable!(event)
    this.heard.stop!(event)
  }
}
class FakeContext {
  createAnalyser = () => ({ fftSize: 0, getFloatTimeDomainData: (into: Float32Array) => into.fill(0.1) })
  createMediaStreamSource = () => ({ connect: () => {} })
  close = async () => {}
}
const microphone = () => ({ getTracks: () => [{ stop: stopped }], getAudioTracks: () => [new EventTarget()] })
enableAutoUnmount(afterEach)

async function mount() {
  const kept = vi.fn()
  const panel = await mountSuspended(inDashboard(RecordPanel), { attrs: { onKeep: kept } })
  const press = (label: string) => panel.findAll('button').find(button => button.text() === label || button.attributes('aria-label') === label)!.trigger('click')
  return { panel, press, kept }
}

describe('the recorder', () => {
  beforeEach(() => {
    stopped.mockReset()
    ask.mockReset().mockImplementation(async () => microphone())
    vi.stubGlobal('MediaRecorder', FakeRecorder)
    // Node's own takes only Node's blobs.
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:take')
    vi.stubGlobal('AudioContext', FakeContext)
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { mediaDevices: { getUserMedia: ask } }))
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it('records, lets one listen, and hands the take over with its title', async () => {
    const { panel, press, kept } = await mount()
    await press('Empezar a grabar')
    await until(() => expect(panel.find('[role=meter]').exists()).toBe(true))
    await until(() => expect(Number(panel.get('[role=meter]').attributes('aria-valuenow'))).toBeGreaterThan(50))
    await press('Terminar la grabación')
    await until(() => expect(panel.get('audio').attributes('src')).toMatch(/^blob:/))
    expect(stopped).toHaveBeenCalled()
    await panel.get('input').setValue('Saludo')
    await press('Guardar en la biblioteca')
    const [take, title] = kept.mock.calls[0]! as [File, string]
    expect([take.name, take.type, take.size, title]).toEqual(['recording.webm', 'audio/webm', 5, 'Saludo'])
  })

  it('forgets a take that is thrown away', async () => {
    const { panel, press, kept } = await mount()
    await press('Empezar a grabar')
    await until(() => expect(panel.find('[role=meter]').exists()).toBe(true))
    await press('Terminar la grabación')
    await until(() => expect(panel.find('audio').exists()).toBe(true))
    await press('Descartar')
    await until(() => expect(panel.find('audio').exists()).toBe(false))
    expect(kept).not.toHaveBeenCalled()
  })

  it.each([
    ['NotAllowedError', 'El micrófono está bloqueado'],
    ['NotFoundError', 'No hay ningún micrófono'],
    ['NotReadableError', 'El micrófono no responde'],
  ])('says what %s means, and lets one try again', async (name, words) => {
    ask.mockRejectedValueOnce(new DOMException('no', name))
    const { panel, press } = await mount()
    await press('Empezar a grabar')
    await until(() => expect(panel.text()).toContain(words))
    await press('Reintentar')
    await until(() => expect(panel.find('[role=meter]').exists()).toBe(true))
  })

  it('says that a plain http page gets no microphone', async () => {
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { mediaDevices: undefined }))
    vi.stubGlobal('isSecureContext', false)
    const { panel, press } = await mount()
    await press('Empezar a grabar')
    await until(() => expect(panel.text()).toContain('necesita una conexión segura'))
  })

  it('lets go of the microphone when permission comes too late', async () => {
    let allow!: (stream: unknown) => void
    ask.mockReturnValueOnce(new Promise((resolve) => {
      allow = resolve
    }))
    const { panel, press } = await mount()
    await press('Empezar a grabar')
    panel.unmount()
    allow(microphone())
    await until(() => expect(stopped).toHaveBeenCalled())
  })
})
