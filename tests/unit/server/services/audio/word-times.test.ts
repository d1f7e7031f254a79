import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../../../../../scripts/lib/project.mjs'
import { decodeMp3 } from '../../../../../server/services/audio/codec/mp3-decoder'
import { masterMix, masterSpeech } from '../../../../../server/services/audio/master'
import { wordTimes } from '../../../../../server/services/audio/word-times'
import { closeWorkers, runInWorker } from '../../../../../server/services/audio/worker-pool'
import { WordTimesSchema } from '../../../../../shared/protocol'
import type { JingleRecipe } from '../../../../../shared/schemas/jingle'
import { readText } from '../../../../../shared/utils/reading/read-text'
import type { Pronunciation } from '../../../../../shared/utils/reading/types'
import { toSpeechText } from '../../../../../shared/utils/speech-text'
import { toneOnset_ms, toneSpeech } from '../../../../fixtures/tone-speech'

/** A word every second. */
function aSecondEach(said: string) {
  const characters = [...said]
  let words = 0
  const start_s = characters.map((character, at) => /[\p{L}\p{N}]/u.test(character) && !/[\p{L}\p{N}]/u.test(characters[at - 1] ?? ' ') ? words++ : Math.max(0, words - 1))
  return { characters, start_s, end_s: start_s.map(start => start + 1) }
}

/** What is shown, and the second at which it is heard. */
function timesOf(text: string, said: string, changes: Parameters<typeof wordTimes>[0]['changes'] = [], more = {}) {
  const times = wordTimes({ text, changes, alignment: aSecondEach(said), speech_at_ms: 0, duration_ms: 1_000_000, ...more })
  return times?.map(([offset, at_ms]) => [/\S+/y.exec(text.slice(offset))![0], at_ms / 1000])
}

/** As a Spanish voice reads it. */
function asRead(text: string, pronunciations: Pronunciation[] = []) {
  const { text: said, changes } = readText(text, 'es-ES', pronunciations)
  return timesOf(text, toSpeechText(said), changes)
}

describe('the time of each shown word', () => {
  it('is that of the word as it is said', () => {
    expect(timesOf('¡Hola! ¿Qué tal?', '¡Hola! ¿Qué tal?')).toEqual([['¡Hola!', 0], ['¿Qué', 1], ['tal?', 2]])
  })

  it('holds where figures are said in words, and where one word is said as several', () => {
    expect(asRead('Café por 10 € hoy')).toEqual([['Café', 0], ['por', 1], ['10', 2], ['€', 3], ['hoy', 4]])
    expect(asRead('Son 1.500 € ya')).toEqual([['Son', 0], ['1.500', 1], ['€', 3], ['ya', 4]])
    expect(asRead('En Zaya, planta 2', [{ written: 'Zaya', spoken: 'sa ya' }])).toEqual([['En', 0], ['Zaya,', 1], ['planta', 3], ['2', 4]])
  })

  it('leaves out what nobody says', () => {
    expect(asRead('[susurrando] Hola – a todos 🎉')).toEqual([['Hola', 0], ['a', 1], ['todos', 2]])
  })

  it('is found by its place where somebody wrote what is said by hand', () => {
    expect(timesOf('Black Friday en la 2ª planta', 'blac fraidei en la segunda planta')).toEqual([['Black', 0], ['Friday', 1], ['en', 2], ['la', 3], ['2ª', 4], ['planta', 5]])
    expect(timesOf('uno dos tres', 'uno y dos con tres')).toEqual([['uno', 0], ['dos', 2], ['tres', 4]])
  })

  it('counts in units of the text, also behind what takes two of them', () => {
    expect(wordTimes({ text: '🎉🎉 hola 𝒶 ya', changes: [], alignment: aSecondEach('hola 𝒶 ya'), speech_at_ms: 0, duration_ms: 9000 })).toEqual([[5, 0], [10, 1000], [13, 2000]])
  })

  it('never falls, and never leaves the file', () => {
    const alignment = { characters: [...'uno dos tres'], start_s: [2, 2, 2, 2, 1, 1, 1, 1, 9, 9, 9, 9], end_s: Array.from({ length: 12 }, () => 9) }
    expect(wordTimes({ text: 'uno dos tres', changes: [], alignment, speech_at_ms: -500, duration_ms: 4000 })).toEqual([[0, 1500], [4, 1500], [8, 4000]])
    expect(wordTimes({ text: 'uno', changes: [], alignment: aSecondEach('uno'), speech_at_ms: -500, duration_ms: 4000 })).toEqual([[0, 0]])
  })

  it('is none where nothing was said that one could show', () => {
    expect(timesOf('…', 'hola')).toBeUndefined()
    expect(timesOf('hola', '')).toBeUndefined()
  })

  it('is quickly found in the longest text, and fits what travels', () => {
    const text = Array.from({ length: 3300 }, (_, at) => `a${at % 7}`).join(' ')
    const started = performance.now()
    const times = wordTimes({ text, changes: [], alignment: aSecondEach(text.split(' ').toReversed().join(' ')), speech_at_ms: 0, duration_ms: 9e6 })
    expect(performance.now() - started).toBeLessThan(2000)
    expect(WordTimesSchema.parse(times)).toHaveLength(2000)
  })
})

describe('in the file that is shipped', () => {
  afterAll(closeWorkers)
  const text = 'Hola a todos: hoy café por 10 € en planta 2'
  const { text: said, changes } = readText(text, 'es-ES')
  const { samples, alignment } = toneSpeech(said)
  const voice = { pcm: samples, sample_rate: 44_100 }
  const RECIPE: JingleRecipe = {
    with_bed: true, bed_track_id: null, chime_track_id: null, silence_before_ms: 300, intro_ms: 2500, outro_ms: 1000, silence_after_ms: 0, fade_in_ms: 500, fade_out_ms: 500,
    duck_down_ms: 600, duck_up_ms: 1000, voice_over_bed_lu: 12, bed_alone_lu: 0, voice_gain_db: 0, bed_offset_ms: 0,
  }
  const sound = async (name: string) => ({ music: (await runInWorker('audio', 'decodeTrack', { mp3: await readFile(join(root, `config/sounds/${name}.mp3`)), sample_rate: 44_100 }))!, cue_in_ms: 0, cue_out_ms: null })

  /** How far each word's time is from its tone, ms. */
  async function errors({ mp3, speech_at_ms, duration_ms }: Awaited<ReturnType<typeof masterSpeech>>) {
    const { channels, sample_rate } = await decodeMp3(mp3)
    const times = wordTimes({ text, changes, alignment, speech_at_ms, duration_ms })!
    expect(times).toHaveLength(11)
    return times.map(([_, at_ms], word) => at_ms - toneOnset_ms(channels[0]!, sample_rate, word, at_ms))
  }
  const worst = async (made: Parameters<typeof errors>[0]) => Math.max(...(await errors(made)).map(Math.abs))

  it('words are where their sound is, though the silence before them was cut', async () => {
    const made = await masterSpeech(voice)
    expect(made.speech_at_ms).toBeLessThan(-400)
    expect(await worst(made)).toBeLessThan(20)
  })

  it.each([
    ['a bed', { bed: 'bed-calm', chime: null }, RECIPE],
    ['a chime before it', { bed: null, chime: 'chime-doorbell' }, { ...RECIPE, with_bed: false, intro_ms: 0 }],
    ['neither, and no intro', { bed: null, chime: null }, { ...RECIPE, with_bed: false, intro_ms: 0, silence_before_ms: 0 }],
  ])('words are where their sound is, with %s', async (_, music, recipe) => {
    const made = await masterMix({ voice, recipe, bed: music.bed ? await sound(music.bed) : null, chime: music.chime ? await sound(music.chime) : null })
    expect(await worst(made)).toBeLessThan(20)
  })
})
