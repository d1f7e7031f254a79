import { sticky } from './figures'
import type { Rule, Spot } from './types'

/** The signs of an address in the words of a language. */
export interface AddressWords {
  dot: string
  at: string
  slash: string
  dash: string
  underscore: string
  hashtag: string
  plus: string
  /** Endings that are no word: each by its letters. */
  endings: Record<string, string>
  number: (digits: string) => string
}

const ENDINGS = 'com|net|org|info|shop|store|online|app|io|dev|biz|eu|es|cl|mx|ar|co|pe|uy|uk|us|ie|au|tv|me|cat|gob|gov|edu'
const LABEL = '[a-z0-9áéíóúüñ](?:[a-z0-9áéíóúüñ-]{0,61}[a-z0-9áéíóúüñ])?'
const HOST = `${LABEL}(?:\\.${LABEL}){0,4}\\.(?:${ENDINGS})(?:\\.(?:uk|ar|mx|cl|au|pe|uy))?`
/** A stop, a comma or a bracket after an address belongs to the sentence. */
const PATH = '(?:/[\\w%~-]{0,60}(?:[./=?&-][\\w%~-]{1,40}){0,8}/?)?'

/** E-mail and web addresses, hashtags and accounts. */
export function addressRules(words: AddressWords): Rule[] {
  const speak = (address: string) => address
    .replace(/[a-z]+$/i, ending => words.endings[ending.toLowerCase()] ?? ending)
    .replace(/\.([a-z]{2})(?=\.|\/|$)/gi, (whole, ending: string) => words.endings[ending.toLowerCase()] ? `.${words.endings[ending.toLowerCase()]}` : whole)
    .replace(/\d+/g, digits => ` ${words.number(digits)} `)
    .replace(/[.@/_+=?&%~-]/g, sign => ` ${({ '.': words.dot, '@': words.at, '/': words.slash, '-': words.dash, '_': words.underscore, '+': words.plus } as Record<string, string>)[sign] ?? ''} `)
    .replace(/ {2,}/g, ' ')
    .trim()
  return [
    {
      kind: 'address', starts: ['letter', 'digit'],
      pattern: sticky(`[\\w.+-]{1,64}@${HOST}(?![\\p{L}\\p{N}@_])`, 'i'),
      read: ([address]) => speak(address),
    },
    {
      kind: 'address', starts: ['letter', 'digit'],
      pattern: sticky(`(https?://)?(www\\.)?(${HOST})(${PATH})(?![\\p{L}\\p{N}@_]|-\\p{L}|\\.[\\p{L}\\p{N}])`, 'i'),
      read: ([, , , host, path]) => `${speak(host!)}${path && path !== '/' ? ` ${speak(path.replace(/\/$/, ''))}` : ''}`,
    },
    {
      kind: 'address', starts: ['symbol'],
      pattern: sticky('#([\\p{L}_][\\p{L}\\p{N}_]{0,80})'),
      read: ([, tag], spot) => alone(spot) ? `${words.hashtag} ${apart(tag!, words)}` : null,
    },
    {
      kind: 'address', starts: ['symbol'],
      pattern: sticky('@([\\p{L}\\p{N}_]{1,41}(?:\\.[\\p{L}\\p{N}_]{1,40}){0,3})(?![\\p{L}\\p{N}])'),
      read: ([, account], spot) => alone(spot) ? `${words.at} ${speak(account!)}` : null,
    },
  ]
}

/** Not in the middle of something else. */
function alone({ text, start }: Spot): boolean {
  return !/[\p{L}\p{N}@#&/]/u.test(text[start - 1] ?? ' ')
}

/** OfertaDeVerano2026 → Oferta De Verano dos mil veintiséis. */
function apart(tag: string, words: AddressWords): string {
  return tag
    .replace(/_+/g, ' ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/\d+/g, digits => ` ${words.number(digits)} `)
    .replace(/ {2,}/g, ' ')
    .trim()
}
