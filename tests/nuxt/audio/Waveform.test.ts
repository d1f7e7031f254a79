import { mountSuspended } from '@nuxt/test-utils/runtime'
import { describe, expect, it } from 'vitest'
import Waveform from '~/components/audio/Waveform.vue'

const props = { peaks: [10, 60, 100, 30], durationMs: 10_000, positionMs: 4000, label: 'Posición' }
const mount = (extra = {}) => mountSuspended(Waveform, { props: { ...props, ...extra } })

describe('Waveform', () => {
  it('is a slider that says where the sound stands', async () => {
    const slider = (await mount()).get('[role=slider]')
    expect(slider.attributes()).toMatchObject({
      'tabindex': '0',
      'aria-label': 'Posición',
      'aria-valuemin': '0',
      'aria-valuemax': '10',
      'aria-valuenow': '4',
      'aria-valuetext': '0:04 de 0:10',
    })
  })

  it.each([
    ['ArrowRight', 5000],
    ['ArrowLeft', 3000],
    ['PageUp', 5000],
    ['PageDown', 3000],
    ['Home', 0],
    ['End', 10_000],
  ])('%s seeks to %i ms', async (key, ms) => {
    const wave = await mount()
    await wave.get('[role=slider]').trigger('keydown', { key })
    expect(wave.emitted('seek')).toEqual([[ms]])
  })

  it('never seeks before the beginning or beyond the end', async () => {
    const wave = await mount({ positionMs: 200 })
    await wave.get('[role=slider]').trigger('keydown', { key: 'ArrowLeft' })
    await wave.setProps({ positionMs: 9800 })
    await wave.get('[role=slider]').trigger('keydown', { key: 'ArrowRight' })
    expect(wave.emitted('seek')).toEqual([[0], [10_000]])
  })

  it.each([' ', 'Enter'])('%j plays or pauses', async (key) => {
    const wave = await mount()
    await wave.get('[role=slider]').trigger('keydown', { key })
    expect(wave.emitted('toggle')).toHaveLength(1)
    expect(wave.emitted('seek')).toBeUndefined()
  })

  it('leaves other keys alone', async () => {
    const wave = await mount()
    const event = new KeyboardEvent('keydown', { key: 'a', cancelable: true })
    wave.get('[role=slider]').element.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(false)
  })

  it('seeks where it is clicked and follows the drag until it ends', async () => {
    const wave = await mount()
    const slider = wave.get('[role=slider]')
    slider.element.getBoundingClientRect = () => ({ left: 100, width: 200 }) as DOMRect
    await slider.trigger('pointermove', { clientX: 110 })
    await slider.trigger('pointerdown', { clientX: 150, button: 0 })
    await slider.trigger('pointermove', { clientX: 400 })
    await slider.trigger('pointerup')
    await slider.trigger('pointermove', { clientX: 120 })
    expect(wave.emitted('seek')).toEqual([[2500], [10_000]])
  })

  it('colours what was heard', async () => {
    const played = (await mount()).findAll('svg')[1]!
    expect(played.attributes('style')).toContain('inset(0 60% 0 0)')
  })
})
