import { describe, expect, it } from 'vitest'
import { drawEnvelope, FLOOR_DB, markEvery, TOP_DB } from '../../../../shared/utils/envelope-drawing'
import { aRecipe } from '../../../fixtures/dashboard'

const WIDTH = 500
const HEIGHT = 100
const LENGTHS = { voice_ms: 5000, chime_ms: 1500 }
const draw = (changes = {}) => drawEnvelope(aRecipe({ intro_ms: 4000, outro_ms: 4500, bed_alone_lu: -2, ...changes }), LENGTHS, WIDTH, HEIGHT)
/** The points of the bed's outline, between its two corners on the floor. */
const points = (path: string) => [...path.matchAll(/L([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))

describe('the drawing of a mix', () => {
  it('has its moments from left to right and its levels from bottom to top', () => {
    const { x, y } = draw()
    expect([x(0), x(7500), x(15_000)]).toEqual([0, 250, 500])
    expect([y(TOP_DB), y(FLOOR_DB), y(-90)]).toEqual([0, HEIGHT, HEIGHT])
    expect(y(0)).toBeLessThan(y(-12))
  })

  it('draws the bed loud alone, and as far below the voice as the recipe says while it speaks', () => {
    const { bed, x, y } = draw()
    const at = (ms: number) => points(bed).reduce((nearest, point) => Math.abs(point.x - x(ms)) < Math.abs(nearest.x - x(ms)) ? point : nearest)
    expect(at(3500).y).toBe(y(-2))
    expect(at(6000).y).toBe(y(-12))
    expect(at(8000).y).toBe(y(-12))
    expect(at(12_000).y).toBe(y(-2))
  })

  it('begins after the chime and ends with the outro, on the floor', () => {
    const { bed, x } = draw({ silence_after_ms: 1000 })
    expect(bed.startsWith(`M${x(1500)} ${HEIGHT}`)).toBe(true)
    expect(bed.endsWith(`L${x(15_000)} ${HEIGHT}Z`)).toBe(true)
    expect(points(bed).every(({ x: at, y }) => at >= x(1500) && at <= x(15_000) && y >= 0 && y <= HEIGHT)).toBe(true)
  })

  it('draws no bed where there is none', () => {
    expect(draw({ with_bed: false }).bed).toBe('')
  })

  it('draws a quarter of an hour with as many points as a minute', () => {
    const { bed } = drawEnvelope(aRecipe(), { voice_ms: 900_000, chime_ms: 0 }, WIDTH, HEIGHT)
    expect(points(bed).length).toBeLessThan(WIDTH)
  })
})

it.each([[1200, 1], [9900, 1], [10_100, 2], [16_000, 2], [60_000, 10], [900_000, 120], [9_000_000, 600]])('marks a scale of %i ms every %i s', (total_ms, seconds) => {
  expect(markEvery(total_ms)).toBe(seconds)
})
