import { describe, expect, it } from 'vitest'
import { formatPairingCode } from '../../../../shared/utils/pairing-code'

describe('formatPairingCode', () => {
  it.each([
    ['', ''],
    ['abc', 'ABC'],
    ['abcd', 'ABCD'],
    ['abcde', 'ABCD-E'],
    ['abcd efgh', 'ABCD-EFGH'],
    ['  ab-cd—ef gh ', 'ABCD-EFGH'],
    ['ABCDEFGHJKLM', 'ABCD-EFGH'],
    ['a0o1il2', 'A2'],
    ['ñ¡!', ''],
  ])('%j is shown as %j', (typed, shown) => {
    expect(formatPairingCode(typed)).toBe(shown)
  })

  it('changes nothing when applied again', () => {
    expect(formatPairingCode(formatPairingCode('abcdefgh'))).toBe('ABCD-EFGH')
  })
})
