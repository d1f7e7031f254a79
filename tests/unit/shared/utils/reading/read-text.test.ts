import { describe, expect, it } from 'vitest'
import { readText } from '../../../../../shared/utils/reading/read-text'

const LANGUAGES = ['es-ES', 'es-CL', 'es-MX', 'es-AR', 'es-419', 'en-US', 'en-GB']

describe('a whole announcement', () => {
  it('is read in Spanish', () => {
    const text = 'Estimados clientes: hoy 3x2 en 21 marcas, del 24/12 al 31/12, de 9:00 a 21:30 h. Leche a 0,99 €/l y jamón a 12,50 €/kg (-20 %). Tel. 912 345 678.'
    expect(readText(text, 'es-ES').text).toBe('Estimados clientes: hoy tres por dos en veintiuna marcas, del veinticuatro de diciembre al treinta y uno de diciembre, de nueve a veintiuna treinta. Leche a noventa y nueve céntimos el litro y jamón a doce euros con cincuenta el kilo (menos veinte por ciento). Teléfono nueve uno dos, tres cuatro cinco, seis siete ocho.')
  })

  it('is read in English', () => {
    const text = 'Dear customers: 20% off on Dec 24, 9am-6pm. Milk is $0.99/lb at 5th Ave. Call 555-123-4567.'
    expect(readText(text, 'en-US').text).toBe('Dear customers: twenty percent off on December twenty-fourth, nine AM to six PM. Milk is ninety-nine cents a pound at fifth Avenue. Call five five five, one two three, four five six seven.')
  })

  it('says where each change was and of what kind', () => {
    expect(readText('Hoy 2x1 y 5 €.', 'es-ES').changes).toEqual([
      { from: '2x1', to: 'dos por uno', start: 4, end: 7, kind: 'offer' },
      { from: '5 €', to: 'cinco euros', start: 10, end: 13, kind: 'price' },
    ])
  })
})

describe('the client\'s own words', () => {
  const read = (text: string, ...list: [string, string, (string | null)?][]) => readText(text, 'es-CL', list.map(([written, spoken, language]) => ({ written, spoken, language }))).text

  it('are said as the client says them, whatever their case', () => {
    expect(read('NIKE, Nike y nike.', ['Nike', 'naiki'])).toBe('naiki, naiki y naiki.')
  })

  it('are whole words', () => {
    expect(read('Nikesa, miNike, Nike2 y Nike-Air', ['Nike', 'naiki'])).toBe('Nikesa, miNike, Nike2 y naiki-Air')
  })

  it('keep their accents apart', () => {
    expect(read('papa y papá', ['papá', 'papito'])).toBe('papa y papito')
  })

  it('take the longest first', () => {
    expect(read('La Roche Posay y La Roche', ['La Roche', 'la roch'], ['La Roche Posay', 'la roch posé'])).toBe('la roch posé y la roch')
  })

  it('win over numbers and abbreviations', () => {
    expect(read('3M, 7up y Sr. Wok', ['3M', 'tres eme'], ['7up', 'seven ap'], ['Sr. Wok', 'míster wok'])).toBe('tres eme, seven ap y míster wok')
  })

  it('may hold what is special in a pattern', () => {
    expect(read('C++ y (a|b)* y H&M', ['C++', 'ce más más'], ['(a|b)*', 'a o b'], ['H&M', 'hache y eme'])).toBe('ce más más y a o b y hache y eme')
  })

  it('are for their language, the nearer one first', () => {
    const list: [string, string, (string | null)?][] = [['Levi\'s', 'livais', null], ['Levi\'s', 'levis', 'es'], ['Levi\'s', 'leváis', 'es-CL'], ['Gap', 'gaap', 'en']]
    expect(read('Levi\'s y Gap', ...list)).toBe('leváis y Gap')
  })

  it('reach languages that are not read otherwise', () => {
    expect(readText('Nike a 5 €', 'pt-BR', [{ written: 'Nike', spoken: 'naique' }]).text).toBe('naique a 5 €')
  })

  it('reach voices that read numbers by themselves', () => {
    expect(readText('Nike a 5 €', 'es-ES', [{ written: 'Nike', spoken: 'naik' }], { words: false }).text).toBe('naik a 5 €')
  })

  it('that are empty change nothing', () => {
    expect(read('Hola', ['', 'x'], ['  ', 'x'])).toBe('Hola')
  })
})

/** Texts that make careless patterns slow, by their length. */
const HOSTILE: Record<string, (length: number) => string> = Object.fromEntries([
  '1', '1.', '1,1', '1 ', '123 ', '$', ' ', 'a', 'AB12 ', 'a@', 'a.', '1-', '1/', 'MCMX ', '2x', '-', '#a', '5"', '1:', 'A.', 'a-', '(', '(5)', 'a-a.', 'x.com/a/', 'a\'', '1,99 € ', '😀1', 'e\u0301',
  '0', '+1', 'matrícula A ', 'tel. 1 ', '½', '1 de ', 'Sr. ', 'a_', '1 000 ', '<', '\n', '@', '&',
].map(piece => [JSON.stringify(piece), length => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)]))

describe('hostile texts', () => {
  /** The least time that reading texts one after the other took, ms. */
  const cost = (texts: string[], language: string) => Math.min(...Array.from({ length: 3 }, () => {
    const started = performance.now()
    for (const text of texts) readText(text, language)
    return performance.now() - started
  }))

  it.each(Object.keys(HOSTILE))('of %s cost time by their length alone', { retry: 2 }, (name) => {
    const make = HOSTILE[name]!
    for (const language of ['es-419', 'en-US']) {
      cost([make(1000)], language)
      const apart = cost(Array.from({ length: 16 }, () => make(1000)), language)
      // As much text in one piece: by a quadratic pattern it would take sixteen times as long.
      expect(cost([make(16_000)], language) / Math.max(apart, 0.5)).toBeLessThan(5)
    }
  })

  it('come out whole', () => {
    for (const make of Object.values(HOSTILE)) {
      for (const language of LANGUAGES) {
        const text = make(400)
        const { text: said, changes } = readText(text, language)
        expect(said).not.toMatch(/undefined|NaN|null/)
        expect(changes.every(({ from, start, end }) => text.slice(start, end) === from)).toBe(true)
        expect(said.isWellFormed()).toBe(text.isWellFormed())
      }
    }
  })
})

describe('what is not understood', () => {
  it.each(['', '   ', '\n', '…', '—', '¿?', '日本語 です', 'Привет', '٣٤', '½½½', 'a\u0000b', '\uD800', '1\uFE0F\u20E3'])('%j does not break it', (text) => {
    for (const language of LANGUAGES) expect(() => readText(text, language)).not.toThrow()
  })

  it.each(['MP3', '5G', '1.2.3', '192.168.1.1', 'ABC_123', '99/100', 'x²', 'K-9'])('%s stays as it is', (text) => {
    for (const language of ['es-ES', 'en-US']) expect(readText(text, language)).toEqual({ text, changes: [] })
  })

  it('is every language that is neither Spanish nor English', () => {
    expect(readText('5 € à 18:30', 'fr-FR')).toEqual({ text: '5 € à 18:30', changes: [] })
  })
})

it.each([['es', 'es-ES'], ['es-CO', 'es-419'], ['es_MX', 'es-MX'], ['EN', 'en-US'], ['en-AU', 'en-GB']])('%s is read as %s', (language, as) => {
  const text = '1.500 y 12/24, $5, 1/1, 100 %, 105'
  expect(readText(text, language).text).toBe(readText(text, as).text)
})
