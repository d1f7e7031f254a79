import { join, matchesGlob, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { parse } from 'acorn'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { PlayerBundle } from '../../../modules/player/bundle'
import { bundlePlayer } from '../../../modules/player/bundle'

const BUDGET_BYTES = 40_000
const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
let bundle: PlayerBundle

beforeAll(async () => {
  // As a production build makes it: Vue's compiler writes more in a test.
  vi.stubEnv('NODE_ENV', 'production')
  bundle = await bundlePlayer(root, '1.2.3')
  vi.unstubAllEnvs()
})

describe('the television\'s program', () => {
  it('weighs at most 40 kB on the wire, script and style together', () => {
    const size = [bundle.script, bundle.style].map(({ source }) => gzipSync(source).length)
    console.info(`player: script ${size[0]} B, style ${size[1]} B, gzip`)
    expect(size[0]! + size[1]!).toBeLessThanOrEqual(BUDGET_BYTES)
  })

  it('is a classic script in the JavaScript of 2015', () => {
    expect(() => parse(bundle.script.source, { ecmaVersion: 2015, sourceType: 'script' })).not.toThrow()
    expect(() => parse('const a = b?.c', { ecmaVersion: 2015, sourceType: 'script' })).toThrow()
  })

  it('brings nothing of the server\'s contract but its types', () => {
    expect(bundle.script.source).not.toMatch(/zod/i)
  })

  it('brings no framework: the server has rendered the screen, and the program paints it', () => {
    expect(bundle.script.source).not.toMatch(/__v_|vue/i)
  })

  it('has a service worker in the JavaScript of 2009 that names this version, and is another for another', async () => {
    const worker = bundle.worker('/_player')
    expect(() => parse(worker, { ecmaVersion: 5, sourceType: 'script' })).not.toThrow()
    expect(worker).toContain(`'/_player/${bundle.script.name}'`)
    expect(worker).toContain(`'/_player/${bundle.style.name}'`)
    expect(worker).not.toContain('__')
    vi.stubEnv('NODE_ENV', 'production')
    const next = await bundlePlayer(root, '1.2.4')
    vi.unstubAllEnvs()
    const name = (text: string) => /PREFIX \+ '([0-9a-f]{12})'/.exec(text)![1]
    expect(name(next.worker('/_player'))).not.toBe(name(worker))
  })

  it.each([
    ['gap in a flexible box', /[;{]gap:/],
    ['inset', /[;{]inset:/],
    ['clamp', /clamp\(/],
    ['grid', /display:grid/],
    ['aspect-ratio', /[;{]aspect-ratio/],
    ['ratio of a screen as one number', /aspect-ratio:\d+\)/],
    ['layers', /@layer/],
    ['newer colours', /oklch|color-mix/],
    ['eight digits of colour', /#[0-9a-f]{8}\b/i],
    ['custom properties that nobody sets', /var\(--(?:ui|color)/],
  ])('has no %s in its style', (_what, pattern) => {
    expect(bundle.style.source).not.toMatch(pattern)
  })

  it('is named by what is in it', () => {
    expect(bundle.script.name).toMatch(/^player\.[0-9a-f]{12}\.js$/)
    expect(bundle.style.name).toMatch(/^player\.[0-9a-f]{12}\.css$/)
    expect(bundle.script.source).toContain('1.2.3')
  })

  it('tells what it was made of, none of it out of sight of the development server', async () => {
    const inputs = bundle.inputs.map(file => relative(root, file))
    expect(inputs).toEqual(expect.arrayContaining(['player/main.ts', 'player/view/present.ts', 'player/view/paint.ts', 'player/player.css', 'player/core/player.ts', 'player/sw.js']))
    expect(inputs.filter(file => !/^(?:player|shared)\//.test(file))).toEqual([])
    vi.stubGlobal('defineNuxtConfig', (config: unknown) => config)
    // By a name that is put together: the configuration is typed with Nuxt's globals, which tests do not have.
    const { default: config } = await import(join(root, 'nuxt.config.ts')) as { default: { ignore: string[] } }
    vi.unstubAllGlobals()
    expect(config.ignore.filter(pattern => inputs.some(file => matchesGlob(file, pattern)))).toEqual([])
  })
})
