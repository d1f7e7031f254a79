import { describe, expect, it } from 'vitest'
import type { TemplateField, TemplateFieldKind } from '../../../../shared/schemas/template'
import { blanksOf, fieldsOf, fillForSpeech, fillTemplate, valueProblem } from '../../../../shared/utils/template'

const field = (kind: TemplateFieldKind, more: Partial<TemplateField> = {}): TemplateField => ({ key: 'x', label: 'X', kind, required: true, ...more })

it('finds each blank once, in order, and nothing that is no blank', () => {
  expect(blanksOf('{b} y {a}, {b}; {1} { c } {año}')).toEqual(['b', 'a', 'año'])
})

it('guesses kinds from names, keeps what is described, and forgets what the text no longer has', () => {
  const described = [field('choice', { key: 'nombre', options: ['Ana'] }), field('text', { key: 'gone' })]
  expect(fieldsOf('{nombre} {patente} {minutos} {hora} {otra}', described).map(({ key, kind }) => [key, kind]))
    .toEqual([['nombre', 'choice'], ['patente', 'plate'], ['minutos', 'minutes'], ['hora', 'time'], ['otra', 'text']])
})

describe('filling', () => {
  const filled = (text: string, values: Record<string, string>, fields: TemplateField[] = []) => fillTemplate({ text, fields }, values).text
  it.each([
    ['Cerramos en {minutos} minutos.', { minutos: '1' }, 'Cerramos en 1 minuto.'],
    ['Cerramos en {minutos} minuto(s).', { minutos: '2' }, 'Cerramos en 2 minutos.'],
    ['We close in {minutes} minutes.', { minutes: '1' }, 'We close in 1 minute.'],
    ['Vehículo {patente}.', { patente: ' bb-cd 12 ' }, 'Vehículo BBCD12.'],
    ['{nombre}, presentarse en {lugar}.', { nombre: 'Ana  Pérez', lugar: 'caja 3' }, 'Ana Pérez, presentarse en caja 3.'],
    ['Hola, {nombre}.', { nombre: '{lugar} $& $1' }, 'Hola, lugar $& $1.'],
  ])('%s with %o', (text, values, expected) => expect(filled(text, values)).toBe(expected))

  it('leaves no trace of a blank that stays empty', () => {
    const fields = [field('text', { key: 'marca', required: false }), field('text', { key: 'color', required: false })]
    expect(fillTemplate({ text: 'Vehículo {patente}, {marca} {color}, por favor mover.', fields }, { patente: 'AB12' }))
      .toEqual({ text: 'Vehículo AB12, por favor mover.', problems: [] })
  })

  it('says what is wrong with which value', () => {
    expect(fillTemplate({ text: '{minutos} {hora} {nombre}', fields: [] }, { minutos: 'x', hora: '25:00' }).problems)
      .toEqual([{ key: 'minutos', problem: 'number' }, { key: 'hora', problem: 'time' }, { key: 'nombre', problem: 'required' }])
  })

  it('spells plates and nothing else', () => {
    const template = { text: 'Vehículo {patente}, en {minutos} minutos.', fields: [] }
    const said = fillForSpeech(template, { patente: 'AB12', minutos: '5' }, 'es-419')
    expect(said).not.toContain('AB12')
    expect(said).toContain('en 5 minutos.')
    expect(fillForSpeech({ text: 'Vehicle {plate}.', fields: [] }, { plate: 'AB12' }, 'en-GB')).toMatch(/^Vehicle A B, /)
  })
})

it.each<[TemplateFieldKind, string, string | null]>([
  ['number', '12', null], ['number', '1.5', 'number'], ['minutes', '', 'required'], ['time', '18:30', null], ['time', '24:00', 'time'],
  ['plate', 'BB CD-12', null], ['plate', '¡!', 'plate'], ['plate', 'A', 'plate'], ['price', '9,90 €', null], ['price', '$12.990', null], ['price', 'gratis', 'price'],
  ['phone', '+56 9 1234 5678', null], ['phone', 'hola', 'phone'], ['choice', 'otra', 'choice'], ['text', 'a'.repeat(121), 'too_long'], ['name', 'Ana', null],
])('%s: %s', (kind, value, problem) => {
  expect(valueProblem(field(kind), value)).toBe(problem)
})
