/** Letters that Unicode does not take apart into a plain one and an accent. */
const PLAIN: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }

/** A text without case and accents: `Promoción ÚNICA` → `promocion unica`. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase()
    .replace(/[ßæœøłđðþı]/g, letter => PLAIN[letter]!).normalize('NFC')
}

/** The folded words of a text: what is neither letter nor digit parts them. */
export function foldedWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}
