import { and, asc, eq, gt, inArray, not, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { message, searchWord } from '../../../db/schema'
import { editDistance } from '../../../shared/utils/edit-distance'
import { foldedWords } from '../../../shared/utils/fold'
import { useDb } from '../database'
import { countMessages } from './rows'

const BATCH = 500
/** Longer ones are addresses and the like: nobody types them with a slip. */
const LONGEST_WORD = 40
/** More words than this narrow nothing. */
const MOST_WORDS = 10
/** What a word with slips may have meant: at most this many words. */
const GUESSES = 6
/** Words that are weighed for that. */
const CANDIDATES = 300

/**
 * Makes messages findable: to be called after every insert that brings no {@link searchTextOf}, and after every change of
 * title, text or tags, in the same transaction. What was forgotten is found by {@link indexForgotten}.
 */
export async function indexMessages(tx: Db, client_id: string, audio_ids: string[]): Promise<void> {
  for (let from = 0; from < audio_ids.length; from += BATCH) {
    const rows = await tx.select({ audio_id: message.audio_id, title: message.title, text: message.text, tags: message.tags, search_text: message.search_text })
      .from(message).where(and(eq(message.client_id, client_id), inArray(message.audio_id, audio_ids.slice(from, from + BATCH))))
    const changed = rows.map(row => ({ ...row, now: searchTextOf(row) })).filter(row => row.now !== row.search_text)
    if (!changed.length) continue
    const values = sql.join(changed.map(row => sql`(${row.audio_id}::uuid, ${row.now}::text)`), sql`, `)
    await tx.execute(sql`update message set search_text = indexed.search_text from (values ${values}) as indexed (audio_id, search_text) where message.audio_id = indexed.audio_id`)
    await learnWords(tx, client_id, changed.map(row => row.now))
  }
}

/** What a message is found by: every word, folded. Who inserts it with its message calls {@link learnWords} too. */
export function searchTextOf({ title, text, tags = [] }: { title: string, text: string, tags?: string[] }): string {
  // A message without any letter is indexed too.
  return foldedWords([title, text, ...tags].join(' ')).join(' ') || '-'
}

/** Numbers and number plates are looked for as they are: there are too many, and nobody knows which one was meant. */
const isLearnt = (word: string) => word.length > 1 && word.length <= LONGEST_WORD && !/\p{N}/u.test(word)

/** Keeps the words of {@link searchTextOf} for whoever types them with a slip. */
export async function learnWords(tx: Db, client_id: string, texts: string[]): Promise<void> {
  // In one order, so that two who learn the same words never wait for one another in a circle.
  const wanted = [...new Set(texts.flatMap(text => text.split(' ')))].filter(isLearnt).sort()
  for (let from = 0; from < wanted.length; from += BATCH) {
    const part = wanted.slice(from, from + BATCH)
    // Held until the message is there, so that {@link forgetWords} does not take it for a word of nobody.
    const known = await tx.select({ word: searchWord.word }).from(searchWord).where(and(eq(searchWord.client_id, client_id), inArray(searchWord.word, part))).for('key share')
    const old = new Set(known.map(row => row.word))
    const fresh = part.filter(word => !old.has(word)).map(word => ({ client_id, word }))
    if (fresh.length) await tx.insert(searchWord).values(fresh).onConflictDoNothing()
  }
}

/**
 * Makes true: every message can be found. Those of an older version of the product are indexed so, and those that somebody
 * forgot. Safe to die anywhere, and to run twice.
 * @returns how many it indexed
 */
export async function indexForgotten(): Promise<number> {
  const db = await useDb()
  let indexed = 0
  let after = '00000000-0000-0000-0000-000000000000'
  while (true) {
    const rows = await db.select({ audio_id: message.audio_id, client_id: message.client_id }).from(message)
      .where(and(eq(message.search_text, sql`''`), gt(message.audio_id, after))).orderBy(asc(message.audio_id)).limit(BATCH)
    for (const [client_id, own] of Map.groupBy(rows, row => row.client_id)) {
      await db.transaction(tx => indexMessages(tx, client_id, own.map(row => row.audio_id)))
    }
    indexed += rows.length
    if (rows.length < BATCH) return indexed
    after = rows.at(-1)!.audio_id
  }
}

/**
 * Makes true: no word is kept that no message has any more, those in the bin included. Safe to die anywhere, and to run in
 * two instances at once: a word that somebody learns, or forgets, at this moment is left to them.
 * @returns how many it forgot
 */
export async function forgetWords(): Promise<number> {
  const db = await useDb()
  const clients = await db.selectDistinct({ client_id: searchWord.client_id }).from(searchWord)
  let forgotten = 0
  for (const { client_id } of clients) {
    const idle = await db.select({ word: searchWord.word }).from(searchWord).where(eq(searchWord.client_id, client_id))
      .except(db.selectDistinct({ word: sql<string>`unnest(tsvector_to_array(${message.search_vector}))` }).from(message).where(eq(message.client_id, client_id)))
    for (let from = 0; from < idle.length; from += BATCH) {
      forgotten += await db.transaction(tx => forgetIdle(tx, client_id, idle.slice(from, from + BATCH).map(row => row.word)))
    }
  }
  return forgotten
}

/** Two statements, so that the second sees the messages of whoever learnt one of the words before it was held here. */
async function forgetIdle(tx: Db, client_id: string, words: string[]): Promise<number> {
  const held = await tx.select({ word: searchWord.word }).from(searchWord).where(and(eq(searchWord.client_id, client_id), inArray(searchWord.word, words))).for('update', { skipLocked: true })
  if (!held.length) return 0
  const said = sql`exists (select 1 from ${message} where ${message.client_id} = ${client_id} and ${message.search_vector} @@ to_tsquery('simple', ${searchWord.word}))`
  const gone = await tx.delete(searchWord).where(and(eq(searchWord.client_id, client_id), inArray(searchWord.word, held.map(row => row.word)), not(said))).returning({ word: searchWord.word })
  return gone.length
}

/** What was asked for, as the database can look for it. */
export interface SearchTerms {
  /** Whether a message matches. */
  matches: SQL
  /** How well, a whole number: the words close together, and best as the beginning of the title. */
  score: (row: { search_vector: SQLWrapper, search_text: SQLWrapper }) => SQL<number>
}

/**
 * Understands a search. Every word must be there; the last one may be half typed; a word that none of the client's
 * messages has stands for those that begin with it, or else for those that look like it. Where no message has all the
 * words, each may be a slip.
 * @returns null when nothing can match
 */
export async function understandSearch(tx: Db, client_id: string, q: string): Promise<SearchTerms | null> {
  const words = foldedWords(q).slice(0, MOST_WORDS)
  if (!words.length) return null
  const known = await lookUp(tx, client_id, words)
  const strange = known.filter(({ word, is_word, begins }) => !is_word && !begins && isLearnt(word)).map(({ word }) => word)
  const query = toQuery(known, await guess(tx, client_id, strange))
  const found = await countMessages(tx, and(eq(message.client_id, client_id), sql`${message.search_vector} @@ ${query}`)!, 1)
  return terms(words, found ? query : toQuery(known, await guess(tx, client_id, words)))
}

/** A word that is whole and not the last one stands for itself; every other one may go on. All are letters and digits only. */
function toQuery(known: KnownWord[], guesses: Map<string, string[]>): SQL {
  const parts = known.map(({ word, is_word }, place) =>
    `(${[is_word && place < known.length - 1 ? word : `${word}:*`, ...guesses.get(word) ?? []].join(' | ')})`)
  return sql`to_tsquery('simple', ${parts.join(' & ')})`
}

function terms(words: string[], query: SQL): SearchTerms {
  const said = words.join(' ')
  return {
    matches: sql`${message.search_vector} @@ ${query}`,
    score: ({ search_vector, search_text }) => sql<number>`(100000 * ts_rank_cd(${search_vector}, ${query}, 1) + case when starts_with(${search_text}, ${said}) then 200000 when strpos(${search_text}, ${said}) > 0 then 100000 else 0 end)::int`,
  }
}

interface KnownWord {
  word: string
  /** Some message has it, or had it. */
  is_word: boolean
  /** Some message has a word that begins so. */
  begins: boolean
}

/** Which words the client's messages have, and which are the beginning of one. */
async function lookUp(tx: Db, client_id: string, words: string[]): Promise<KnownWord[]> {
  // `~>=~` and `~<~` compare byte by byte, as the index does, whatever the database's language.
  const found = await tx.select({
    place: sql<number>`asked.place::int`,
    is_word: sql<boolean>`exists (select 1 from ${searchWord} where ${searchWord.client_id} = ${client_id} and ${searchWord.word} = asked.word)`,
    begins: sql<boolean>`exists (select 1 from ${searchWord} where ${searchWord.client_id} = ${client_id} and ${searchWord.word} ~>=~ asked.word and ${searchWord.word} ~<~ (asked.word || chr(1114111)))`,
  }).from(sql`(values ${sql.join(words.map((word, place) => sql`(${word}::text, ${place}::int)`), sql`, `)}) as asked (word, place)`)
  const byPlace = new Map(found.map(row => [row.place, row]))
  return words.map((word, place) => ({ word, is_word: byPlace.get(place)!.is_word, begins: byPlace.get(place)!.begins }))
}

/** Words of the client that look like these: few slips away. */
async function guess(tx: Db, client_id: string, words: string[]): Promise<Map<string, string[]>> {
  const guesses = new Map<string, string[]>()
  for (const word of words.filter(word => word.length > 2 && isLearnt(word))) {
    const own = eq(searchWord.client_id, client_id)
    const start = [...word].slice(0, 2).join('')
    // Trigrams see wrong letters anywhere; two letters in the wrong order break most of them, but rarely the beginning.
    const alike = tx.select({ word: searchWord.word }).from(searchWord).where(and(own, sql`${searchWord.word} % ${word}`)).limit(CANDIDATES)
    const sameStart = tx.select({ word: searchWord.word }).from(searchWord)
      .where(and(own, sql`${searchWord.word} ~>=~ ${start} and ${searchWord.word} ~<~ (${start}::text || chr(1114111))`, sql`length(${searchWord.word}) between ${word.length - 2} and ${word.length + 2}`)).limit(CANDIDATES)
    const near = (await alike.union(sameStart)).map(row => ({ word: row.word, slips: editDistance(word, row.word) }))
      .filter(({ slips }) => slips <= forgiven(word))
      .sort((a, b) => a.slips - b.slips || (a.word < b.word ? -1 : 1))
    guesses.set(word, near.slice(0, GUESSES).map(row => row.word))
  }
  return guesses
}

/** How many slips a word of this length may have. */
const forgiven = (word: string) => word.length < 5 ? 1 : word.length < 9 ? 2 : 3
