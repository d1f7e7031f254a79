import type { WordTimes } from '../../../shared/protocol'
import { fold } from '../../../shared/utils/fold'
import type { ReadingChange } from '../../../shared/utils/reading/types'
import type { CharacterAlignment } from '../../providers/speech/types'

export interface WordTimesInput {
  /** As it is shown. */
  text: string
  /** Where what is said differs from what is shown, as far as that is known. */
  changes: readonly Pick<ReadingChange, 'start' | 'end' | 'to'>[]
  /** What was said, and when; s from the start of the speech as the provider gave it. */
  alignment: CharacterAlignment
  /** Where that speech begins in the file that is shipped, ms. */
  speech_at_ms: number
  /** Of that file. */
  duration_ms: number
}

/** A word by its letters and digits alone, and where it belongs. */
interface Word {
  folded: string
  at: number
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu
/** What captions light up at once: from one blank to the next. */
const SHOWN = /\S+/g
const MOST_WORDS = 2000
/** Beyond so many comparisons, words are matched by their place alone. */
const MOST_COMPARISONS = 6_000_000

/**
 * When each shown word is heard: what was said is laid beside what is shown, word by word, and where the words differ,
 * place by place between those that do not. Words that nobody says (a direction in brackets, a dash) have no time.
 * @returns never falling; null when nothing of it could be found in what was said
 */
export function wordTimes({ text, changes, alignment, speech_at_ms, duration_ms }: WordTimesInput): WordTimes | null {
  const expected = expectedWords(text, changes)
  const { words: said, start_s } = saidWords(alignment)
  const starts = shownStarts(text)
  const times = new Map<number, number>()
  for (const [word, place] of matchWords(expected, said).entries()) {
    const shown = starts[expected[word]!.at]!
    if (place === null) continue
    const at_ms = Math.min(duration_ms, Math.max(0, Math.round(start_s[place]! * 1000 + speech_at_ms)))
    if (!times.has(shown)) times.set(shown, at_ms)
  }
  let latest = 0
  const found: WordTimes = [...times].sort(([a], [b]) => a - b).slice(0, MOST_WORDS).map(([offset, at_ms]) => [offset, latest = Math.max(latest, at_ms)])
  return found.length ? found : null
}

/** The words that are to be said for a text, each with the offset of what is shown for it. */
function expectedWords(text: string, changes: WordTimesInput['changes']): Word[] {
  const words: Word[] = []
  let at = 0
  const asShown = (until: number) => {
    for (const { 0: word, index } of text.slice(at, until).matchAll(WORD)) words.push({ folded: fold(word), at: at + index })
  }
  for (const { start, end, to } of changes) {
    asShown(start)
    const shown = [...text.slice(start, end).matchAll(SHOWN)].map(({ index }) => start + index)
    const said = [...to.matchAll(WORD)]
    for (const [place, { 0: word }] of said.entries()) words.push({ folded: fold(word), at: shown[Math.floor(place * shown.length / said.length)] ?? start })
    at = end
  }
  asShown(text.length)
  return words
}

function saidWords({ characters, start_s }: CharacterAlignment): { words: Word[], start_s: number[] } {
  const text = characters.join('')
  // What the provider calls a character may be two units long.
  const ofUnit = characters.flatMap((character, index) => Array.from({ length: character.length }, () => index))
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => ({ folded: fold(word), at: index }))
  return { words, start_s: words.map(({ at }) => start_s[ofUnit[at]!]!) }
}

/** For each unit of a text, where the shown word around it begins. */
function shownStarts(text: string): number[] {
  let start = 0
  return Array.from(text, character => Array.from({ length: character.length }, () => character)).flat().map((character, index) => {
    if (/\s/.test(character)) start = index + 1
    return start
  })
}

/** For each expected word the place of the one that was said for it; null where none was. Places never fall. */
function matchWords(expected: Word[], said: Word[]): (number | null)[] {
  const places = new Array<number | null>(expected.length).fill(null)
  const same = (a: number, b: number) => expected[a]!.folded === said[b]!.folded
  let head = 0
  while (head < Math.min(expected.length, said.length) && same(head, head)) {
    places[head] = head
    head++
  }
  let tail = 0
  while (tail < Math.min(expected.length, said.length) - head && same(expected.length - 1 - tail, said.length - 1 - tail)) {
    places[expected.length - 1 - tail] = said.length - 1 - tail
    tail++
  }
  const [rows, columns] = [expected.length - tail - head, said.length - tail - head]
  if (rows * columns <= MOST_COMPARISONS) {
    for (const [a, b] of longestCommon(rows, columns, (a, b) => same(head + a, head + b))) places[head + a] = head + b
  }
  fillGaps(places, said.length)
  return places
}

/** Pairs of a longest common subsequence, in order. */
function longestCommon(rows: number, columns: number, same: (row: number, column: number) => boolean): [number, number][] {
  const width = columns + 1
  const lengths = new Uint16Array((rows + 1) * width)
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] = same(row, column)
        ? lengths[(row + 1) * width + column + 1]! + 1
        : Math.max(lengths[(row + 1) * width + column]!, lengths[row * width + column + 1]!)
    }
  }
  const pairs: [number, number][] = []
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (same(row, column)) pairs.push([row++, column++])
    else if (lengths[(row + 1) * width + column]! >= lengths[row * width + column + 1]!) row++
    else column++
  }
  return pairs
}

/** Words between two that were found are taken for those that were said between these, evenly. */
function fillGaps(places: (number | null)[], length: number): void {
  for (let from = 0; from < places.length; from++) {
    if (places[from] !== null) continue
    let until = from
    while (until < places.length && places[until] === null) until++
    const first = from === 0 ? 0 : places[from - 1]! + 1
    const free = (places[until] ?? length) - first
    for (let at = from; at < until && free > 0; at++) places[at] = first + Math.floor((at - from) * free / (until - from))
    from = until
  }
}
