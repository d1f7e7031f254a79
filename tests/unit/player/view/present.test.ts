import { describe, expect, it } from 'vitest'
import type { PlayerState } from '../../../../player/core/state'
import { TEXTS } from '../../../../player/texts'
import { contrast, glow, legible } from '../../../../player/view/colour'
import { elsewhere } from '../../../../player/view/here'
import type { View } from '../../../../player/view/present'
import { present } from '../../../../player/view/present'
import { fitting, pieces, wordAt } from '../../../../player/view/words'
import { HERE, STATES } from './states'

const show = (name: keyof typeof STATES, about: Partial<PlayerState> = {}) => present({ ...STATES[name]!.state, ...about }, TEXTS.es, { ...HERE, ...STATES[name]!.here })
const PANELS = ['starting', 'pairing', 'prompt', 'air', 'idle'] as const
const panel = (view: View) => PANELS.filter(name => view[name])

describe('what is in the middle of the screen', () => {
  it.each([
    ['starting', 'starting'], ['pairing', 'pairing'], ['unlock', 'prompt'], ['replaced', 'prompt'], ['idle', 'idle'], ['loading', 'idle'], ['on air', 'air'], ['closed, on air', 'air'],
  ])('%s: %s alone', (name, expected) => expect(panel(show(name))).toEqual([expected]))

  it.each(Object.keys(STATES))('is one panel: %s', name => expect(panel(show(name))).toHaveLength(1))

  it('is the code for as long as nobody has entered it, whatever the sound says', () => {
    expect(panel(show('pairing', { sound: 'locked' }))).toEqual(['pairing'])
  })
})

describe('a caption', () => {
  it('is not shown where the store wants none, but its title is', () => {
    expect(show('on air, no captions')).toMatchObject({ captioned: false, words: [], air_titled: true, air_title: 'Cierre de la tienda' })
  })

  it('is the title\'s only company when the title says something else', () => {
    expect(show('on air').air_titled).toBe(true)
    const { now } = STATES['on air']!.state
    expect(show('on air', { now: { ...now!, title: 'Estimados clientes, nuestra…' } }).air_titled).toBe(false)
  })

  it('tells the word that is heard now, and leaves the text as it is', () => {
    const view = show('on air, words')
    expect(view.words.join('')).toBe(STATES['on air, words']!.state.now!.text)
    expect(view.words[view.word]).toBe('cierra ')
    expect(show('on air')).toMatchObject({ word: -1, words: [STATES['on air']!.state.now!.text] })
  })

  it('moves on when it is too long to be seen at once', () => {
    expect(show('on air, long').caption_share).toBeCloseTo(0.6)
    expect(show('on air').caption_share).toBe(0)
  })

  it('gets smaller letters when it is long', () => {
    expect(show('on air').caption_class).toContain('caption-large')
    expect(show('on air, long').caption_class).toContain('caption-small')
  })
})

describe('words', () => {
  const text = '«Hola», 👋 dijo.'

  it('are cut where they begin, and lose nothing', () => {
    expect(pieces(text, [[1, 0], [8, 300], [11, 600]])).toEqual(['«Hola», ', '👋 ', 'dijo.'])
  })

  it.each([[-1, 0], [0, 50], [0, 299], [1, 300], [2, 99_999]])('word %i at %i ms', (word, ms) => expect(wordAt([[0, 50], [8, 300], [11, 600]], ms)).toBe(word))

  it.each([
    ['none', undefined], ['nothing', []], ['beyond the text', [[0, 0], [99, 5]]], ['backwards', [[5, 0], [2, 5]]],
  ] as [string, [number, number][] | undefined][])('with %s are no words', (_what, times) => expect(fitting(text, times)).toBeNull())
})

describe('a store that is closed', () => {
  const dim = (name: string, about: Partial<PlayerState> = {}) => show(name, about).screen.includes('is-dim')

  it('has its screen dimmed', () => expect([dim('closed'), dim('idle')]).toEqual([true, false]))
  it('stays bright where nobody said when it is open, or not for today', () => {
    expect(dim('closed', { open: null })).toBe(false)
    expect(dim('closed', { open_known_until: STATES.closed!.state.time })).toBe(false)
  })
  it('is dark all day where it does not open at all', () => expect(dim('closed', { open: [] })).toBe(true))
  it.each<[string, Partial<PlayerState>]>([
    ['something is heard', { now: STATES['on air']!.state.now }],
    ['somebody changes the volume', { volume_shown: true }],
    ['it is asked for its name', { identifying: true }],
    ['it waits for a key', { sound: 'locked' }],
  ])('brightens up when %s', (_what, about) => expect(dim('closed', about)).toBe(false))
})

describe('the bars', () => {
  it('say what comes while something is heard, and else what was heard', () => {
    expect(show('on air')).toMatchObject({ last_label: 'Siguiente', last_time: '20:45', last_title: 'Cierre' })
    expect(show('idle')).toMatchObject({ last_label: 'Último aviso', last_time: '12:58', last_title: 'Oferta de pan' })
  })

  it('say that it is silent, whatever its volume', () => {
    expect(show('muted')).toMatchObject({ volume: 'Silenciado', volume_class: 'item is-muted' })
    expect(show('idle').volume).toBe('Volumen 85 %')
  })

  it('tell of files only while some are missing', () => {
    expect([show('fetching').fetching, show('fetching').files, show('idle').fetching]).toEqual([true, 'Descargando 7/12', false])
  })

  it('show the client\'s logo: its own on the set, the server\'s in a picture of it', () => {
    expect(show('client colours').logo).toBe('blob:logo')
    expect(present(STATES['client colours']!.state, TEXTS.es, elsewhere('MediaFlow')).logo).toBe('/media/logo.png')
  })
})

describe('the particulars', () => {
  it.each([[null, 'Aún sin medir'], [12, 'En hora con el servidor'], [-3_240, '3,24 s adelantado'], [90_000, '90 s atrasado']])('clock %s: %s', (clock_offset_ms, expected) => {
    expect(show('info', { clock_offset_ms }).info_clock).toBe(expected)
  })

  it('say in the language of the page what a plain http address means', () => {
    expect(show('info by http').info_restart).toContain('https')
    expect(present(STATES.info!.state, TEXTS.en, { ...HERE, restarts: 'yes' })).toMatchObject({ info_storage: '34 MB of 2.1 GB', info_files: '12 of 12 ready', info_restart: TEXTS.en.restart_yes })
  })
})

describe('a client\'s colour', () => {
  it.each(['#000000', '#0a3d91', '#7a0019', '#123456', '#ff0000', '#00ff00', '#ffffff', '#808080'])('%s can be read, and be written upon', (colour) => {
    expect(contrast(legible(colour), '#14294d')).toBeGreaterThanOrEqual(5.5)
    expect(contrast(glow(colour), '#ffffff')).toBeGreaterThanOrEqual(7)
  })

  it('stays as it is where it can be read already', () => expect(legible('#ffc861')).toBe('#ffc861'))
})
