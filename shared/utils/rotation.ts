import { chance, seedOf } from './chance'

/** How a schedule of several messages goes through them. */
export const ROTATIONS = ['in_order', 'shuffled', 'weighted'] as const
export type Rotation = typeof ROTATIONS[number]

/** The largest weight: cycles are as long as all weights together. */
export const MOST_WEIGHT = 20

/**
 * Which message of a rotation is on at a turn: the same wherever and whenever it is worked out, without anything that is
 * remembered.
 *
 * `in_order`: one after the other. `shuffled`: each once in every round, in another order each time, and never the same
 * twice running. `weighted`: in every round as often as its weight says, mixed; the same twice running only where nothing
 * else is left.
 * @param weights of the messages, in their order; at least one
 * @param turn of {@link import('./occurrences').Moment}
 * @param seed what tells rotations apart: the schedule's id
 * @returns the place in `weights`
 */
export function turnOf(rotation: Rotation, weights: number[], turn: number, seed: string): number {
  if (weights.length === 1) return 0
  // Two messages that are never the same twice running take turns.
  if (rotation === 'in_order' || (rotation === 'shuffled' && weights.length === 2)) return turn % weights.length
  const round = roundOf(rotation === 'weighted' ? weights : weights.map(() => 1))
  const cycle = Math.floor(turn / round.length)
  return dealt(round, seedOf(seed), cycle)[turn % round.length]!
}

/** Each place as often as its weight says. */
const roundOf = (weights: number[]): number[] => weights.flatMap((weight, place) => Array.from({ length: weight }, () => place))

/** What was dealt, kept for as long as it is asked for again and again. */
const kept = new Map<string, number[]>()
const MOST_KEPT = 5_000

/** A round in the order of its cycle. It begins with another than the one before it ended with, where there is another. */
function dealt(round: number[], seed: number, cycle: number): number[] {
  const key = `${seed} ${cycle} ${round.join()}`
  const known = kept.get(key)
  if (known) return known
  const cards = spread(shuffled(round, seed, cycle))
  // Only the first place is moved: what the round before ends with is known without dealing all rounds before it.
  const last = lastOf(round, seed, cycle - 1)
  for (let at = 1; cards[0] === last && at < cards.length - 1; at++) if (cards[at] !== last) changePlaces(cards, 0, at)
  if (cards[0] === last) beginLater(cards)
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(key, cards)
  return cards
}

/** The last of a round: the swap of a round's first card never touches it. */
const lastOf = (round: number[], seed: number, cycle: number): number => spread(shuffled(round, seed, cycle)).at(-1)!

/** Fisher and Yates. */
function shuffled(round: number[], seed: number, cycle: number): number[] {
  const random = chance(Math.imul(seed ^ cycle, 0x9E3779B1))
  const cards = [...round]
  for (let at = cards.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [cards[at], cards[other]] = [cards[other]!, cards[at]!]
  }
  return cards
}

/** Puts equal neighbours apart, where something else is left to come. */
function spread(cards: number[]): number[] {
  for (let at = 1; at < cards.length; at++) {
    if (cards[at] !== cards[at - 1]) continue
    const other = cards.findIndex((card, place) => place > at && card !== cards[at])
    if (other > 0) [cards[at], cards[other]] = [cards[other]!, cards[at]!]
    // What is left is all the same: it goes back between others.
    else for (let before = 0; cards[at] === cards[at - 1] && before < at - 1; before++) changePlaces(cards, at, before)
  }
  return cards
}

/** All but the last card go round until another begins, where that leaves none beside its like. */
function beginLater(cards: number[]): void {
  const [first, end, before_end] = [cards[0], cards.at(-1), cards.at(-2)]
  const at = first === before_end ? -1 : cards.findIndex((card, place) => place > 0 && place < cards.length - 1 && card !== first && cards[place - 1] !== end)
  if (at < 1) return
  const later = cards.splice(0, at)
  cards.splice(-1, 0, ...later)
}

/** Two cards take each other's place, unless one would then lie beside its like. */
function changePlaces(cards: number[], one: number, other: number): void {
  const swap = () => [cards[one], cards[other]] = [cards[other]!, cards[one]!]
  swap()
  if ([one, other].some(at => cards[at] === cards[at - 1] || cards[at] === cards[at + 1])) swap()
}
