import { describe, expect, it } from 'vitest'
import { editDistance } from '../../../../shared/utils/edit-distance'
import { fold, foldedWords } from '../../../../shared/utils/fold'

describe('folding', () => {
  it.each([
    ['Promoción ÚNICA', 'promocion unica'], ['ÑANDÚ', 'nandu'], ['pingüino', 'pinguino'], ['İstanbul', 'istanbul'], ['ﬁn', 'fin'], ['Straße', 'strasse'], ['Łódź', 'lodz'],
    ['cafe\u0301', 'cafe'], ['ｆｕｌｌ', 'full'], ['Ελλάδα', 'ελλαδα'], ['', ''],
  ])('%s', (text, folded) => {
    expect(fold(text)).toBe(folded)
    expect(fold(folded)).toBe(folded)
  })

  it('parts words at whatever is neither letter nor digit', () => {
    expect(foldedWords('¡2x1! en 3,50€ — camión/caja_4')).toEqual(['2x1', 'en', '3', '50', 'camion', 'caja', '4'])
    expect(foldedWords(' ¿? \n')).toEqual([])
  })
})

describe('the distance of two words', () => {
  it.each([
    ['camion', 'camion', 0], ['camoin', 'camion', 1], ['camin', 'camion', 1], ['camioon', 'camion', 1], ['canion', 'camion', 1], ['', 'abc', 3], ['abc', '', 3], ['ca', 'abc', 3], ['promosion', 'promocion', 1],
  ])('%s, %s', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})
