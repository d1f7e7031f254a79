import { describe, expect, it } from 'vitest'
import {
  MAX_TEXT_CHARACTERS, countCharacters, countWords, estimateSpeechSeconds, normalizeText, speechTextProblem, toSpeechText,
} from '../../../../shared/utils/speech-text'

describe('normalizeText', () => {
  it.each([
    ['decomposed accents', 'Atencio\u0301n', 'Atención'],
    ['control characters', 'Hola\u0000\u0007 a\u001B[31m todos\u007F', 'Hola a[31m todos'],
    ['C1 controls and the next-line character', 'uno\u0085dos\u009Ftres', 'uno dostres'],
    ['zero-width and direction characters', 'ho\u200Bla\u202E \u2066todos\u2069\uFEFF', 'hola todos'],
    ['halves of surrogate pairs', 'a\uD83Db\uDE00c', 'abc'],
    ['runs of blanks', '  uno \t\u00A0 dos  ', 'uno dos'],
    ['line ends', 'uno\r\ndos\rtres\u2028cuatro', 'uno\ndos\ntres\ncuatro'],
    ['empty lines', 'uno \n\n\n\n dos', 'uno\n\ndos'],
    ['a lone joiner', ' \u200Dhola', 'hola'],
  ])('cleans %s', (_, raw, clean) => {
    expect(normalizeText(raw)).toBe(clean)
  })

  it('keeps what the author wrote: emoji of several parts, brackets, markup, Persian joiners', () => {
    for (const text of ['👩‍👩‍👧 ¡ofertas!', '👍🏽 bien', '[risa] <b>hola</b>', 'می\u200Cخواهم']) expect(normalizeText(text)).toBe(text)
  })

  it('is stable when applied again', () => {
    const once = normalizeText('  Cafe\u0301 \u0000\r\n\r\n\r\n[x] 👩‍👧 ')
    expect(normalizeText(once)).toBe(once)
  })
})

describe('toSpeechText', () => {
  it.each([
    ['SSML', '<speak>Hola <break time="3s"/> a <emphasis level="strong">todos</emphasis></speak>', 'Hola a todos'],
    ['a script with its contents', 'Hola <script type="x">alert(1)</script> adiós', 'Hola adiós'],
    ['a tag inside another, of which no tag is left', 'Hola <<b>script>alert</<b>script> adiós', 'Hola script alert / script adiós'],
    ['comments', 'uno <!-- <b>no</b> --> dos', 'uno dos'],
    ['acting directions', '[whispers] Hola [laughs], amigos', 'Hola, amigos'],
    ['nested directions and phonemes', 'uno [a [b] c] dos [[həˈloʊ]] tres', 'uno dos tres'],
    ['brackets without a partner', 'uno [dos <tres', 'uno dos tres'],
    ['comparison signs', '3 < 5 y 7 > 2', '3 5 y 7 2'],
    ['emoji, flags and skin tones', '¡Oferta! 🎉👩‍👩‍👧🇪🇸👍🏽 Hoy', '¡Oferta! Hoy'],
    ['control characters', 'Ho\u0000la', 'Hola'],
  ])('takes out %s', (_, text, spoken) => {
    expect(toSpeechText(text)).toBe(spoken)
  })

  it('never lets a bracket through, however deep', () => {
    for (const text of ['['.repeat(50) + 'a' + ']'.repeat(50), '<'.repeat(50) + 'a' + '>'.repeat(50), '[[[<[<[>]>]]']) {
      expect(toSpeechText(text)).not.toMatch(/[<>[\]]/)
    }
  })

  it('ends quickly on hostile text', () => {
    const started = performance.now()
    for (const piece of ['<script>', '<!--', '[', '<a ', ' ', '🎉', '\n ']) toSpeechText(piece.repeat(MAX_TEXT_CHARACTERS / piece.length))
    // Generous: it guards against minutes of backtracking, not against a slow machine.
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('speechTextProblem', () => {
  it.each([
    ['nothing', '', 'text_empty'],
    ['blanks', ' \n\t\u00A0 ', 'text_empty'],
    ['control characters only', '\u0000\u0007\u001B', 'text_empty'],
    ['invisible characters only', '\u200B\u2060\uFEFF\u202E', 'text_empty'],
    ['emoji only', '🎉🎊 👩‍👩‍👧', 'text_unspeakable'],
    ['punctuation only', '¡!… — ?', 'text_unspeakable'],
    ['a script only', '<script>alert(1)</script>', 'text_unspeakable'],
    ['SSML only', '<speak><break time="9s"/></speak>', 'text_unspeakable'],
    ['a direction only', '[whispers]', 'text_unspeakable'],
    ['10,001 characters', 'a'.repeat(10_001), 'text_too_long'],
    ['10,001 characters that are two units each', '𝒂'.repeat(10_001), 'text_too_long'],
    ['10,000 characters', 'a'.repeat(10_000), null],
    ['10,000 characters with blanks around them', ` ${'a'.repeat(10_000)}\n`, null],
    ['10,000 characters that are two units each', '𝒂'.repeat(10_000), null],
    ['a number', '21', null],
    ['other scripts', '本日は閉店します', null],
    ['a tag round words', '<b>Hola</b>', null],
    ['a message', 'Estimados clientes, nuestra tienda cierra en quince minutos', null],
  ])('%s', (_, text, problem) => {
    expect(speechTextProblem(text)).toBe(problem)
  })
})

describe('counting', () => {
  it.each([
    ['', 0], ['🎉', 0], ['Hola', 1], ['Estimados clientes, nuestra tienda cierra en quince minutos', 8],
    ['1.500 € a las 9:30', 4], ['L\'Oréal y Coca-Cola', 3], ['<b>uno</b> [dos] tres', 2], ['uno\ndos', 2],
  ])('%j has %i words', (text, words) => {
    expect(countWords(text)).toBe(words)
  })

  it('counts an emoji as one character', () => {
    expect(countCharacters('a🎉b')).toBe(3)
  })
})

describe('estimateSpeechSeconds', () => {
  it('is words at 2.3 a second when they are short', () => {
    expect(estimateSpeechSeconds('no va a la de él ya')).toBeCloseTo(7 / 2.3 + 0.35)
  })

  it('is characters at 15 a second when the words are long', () => {
    expect(estimateSpeechSeconds('extraordinariamente internacionalización')).toBeCloseTo(40 / 15 + 0.35)
  })

  it('adds a pause for each sentence and line, not for a decimal point', () => {
    const one = estimateSpeechSeconds('uno dos tres cuatro')
    expect(estimateSpeechSeconds('uno dos. tres cuatro.')).toBeCloseTo(one + 0.35)
    expect(estimateSpeechSeconds('uno dos\ntres cuatro')).toBeCloseTo(one + 0.35)
    expect(estimateSpeechSeconds('1.500 1.500 1.500')).toBeCloseTo(Math.max(3 / 2.3, 17 / 15) + 0.35)
  })

  it('is shorter when spoken faster, and nothing for nothing', () => {
    expect(estimateSpeechSeconds('uno dos', 1.2)).toBeCloseTo(estimateSpeechSeconds('uno dos') / 1.2)
    expect(estimateSpeechSeconds('🎉 [risa]')).toBe(0)
  })

  it('does not take dashes for speech', () => {
    expect(estimateSpeechSeconds(`uno ${'-'.repeat(500)} dos`)).toBeLessThan(2)
  })
})
