import { expect, it } from 'vitest'
import { readText } from '../../../../../shared/utils/reading/read-text'
import { segmentsOf } from '../../../../../shared/utils/reading/segments'
import { toSpeechText } from '../../../../../shared/utils/speech-text'

it('shows what differs, with what was written', () => {
  const { text, changes } = readText('Hoy 2x1 y 5 €.', 'es-ES')
  expect(segmentsOf(text, changes)).toEqual([{ text: 'Hoy ' }, { text: 'dos por uno', from: '2x1' }, { text: ' y ' }, { text: 'cinco euros', from: '5 €' }, { text: '.' }])
})

it('finds them again once markup is gone', () => {
  const { text, changes } = readText('[risa] Hoy 🎉 2x1', 'es-ES')
  expect(segmentsOf(toSpeechText(text), changes)).toEqual([{ text: 'Hoy ' }, { text: 'dos por uno', from: '2x1' }])
})

it('leaves out what went with the markup, and loses no words', () => {
  const { text, changes } = readText('[a las 5] Hola 7', 'es-ES')
  const spoken = toSpeechText(text)
  expect(segmentsOf(spoken, changes).map(({ text }) => text).join('')).toBe(spoken)
})

it('is one piece where nothing differs, and none where nothing is said', () => {
  expect(segmentsOf('Hola', [])).toEqual([{ text: 'Hola' }])
  expect(segmentsOf('', [])).toEqual([])
})
