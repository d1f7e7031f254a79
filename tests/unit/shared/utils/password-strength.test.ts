import { describe, expect, it } from 'vitest'
import { passwordStrength } from '../../../../shared/utils/password-strength'

describe('passwordStrength', () => {
  it.each([
    ['', 0], ['Ab1!xyz', 0],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 1], ['abcdefghij', 1],
    ['mercado-12', 2], ['quince minutos', 2],
    ['tienda cierra en quince', 3], ['Kx7!pQ2z#Lm9vB', 3],
  ])('%s is %i', (password, strength) => {
    expect(passwordStrength(password)).toBe(strength)
  })
})
