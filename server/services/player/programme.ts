import { and, gt, inArray, isNotNull } from 'drizzle-orm'
import { play } from '../../../db/schema'
import { PRIORITIES, type PendingItem, type Programme, type ProgrammeItem } from '../../../shared/protocol'
import { playIdOf } from '../../../shared/utils/play-id'
import { useDb } from '../database'
import { sha256Of } from '../hash'
import { layingOf, type LaidOccurrence } from '../schedule/laid'
import { byOrder, planOf, type Plan, type PlannedRule, type PlannedSound } from '../schedule/plan'
import { programmeSettings } from './programme-settings'

/** More than a television can air between two programmes; the rest comes with the next. */
const MOST_ITEMS = 2_000
/** What is due within this time is given to players that ask for what waits, ms. */
const SOON_MS = 60_000
/** No grace is longer, and no limit moves anything further, ms. */
const LONGEST_GRACE_MS = 6 * 3_600_000
const LONGEST_MOVE_MS = 2 * 3_600_000

/** Whose programme it is: a player, where it stands now. */
export interface Listener {
  player_id: string
  client_id: string
  store_id: string
  /** Of its store. */
  time_zone: string
}

/** An occurrence, and what players are told of it but for its id at each. */
interface SharedItem {
  /** When it is due, or to when a limit has moved it. */
  begins_ms: number
  expires_ms: number
  item: Omit<ProgrammeItem, 'play_id'>
}

/** What players of one store have in common, or one alone where something is meant for it only. */
interface Shared {
  items: SharedItem[]
  settings: NonNullable<Programme['settings']>
  words: NonNullable<Programme['words']>
  /** Of all that the programme says. */
  sha256: string
}

/**
 * What a player will air by itself in the next 48 hours, and its music. What it has reported already is not in it; the
 * version is that of the whole, so that it does not change with every report.
 */
export async function programmeOf(player: Listener): Promise<Programme> {
  const plan = await planOf(player.client_id)
  return (await programmesOf(plan, [player]))[0]!
}

/** {@link programmeOf} for players of one client. */
export async function programmesOf(plan: Plan, players: Listener[]): Promise<Programme[]> {
  const reported = await reportedPlays(players.map(({ player_id }) => player_id), ['playing', 'played', 'skipped'])
  const server_time = new Date().toISOString()
  return players.map((player) => {
    const { items, settings, words } = sharedPart(plan, player)
    return {
      version: versionFor(plan, player),
      server_time,
      items: items.map(item => toItem(item, player)).filter(({ play_id }) => !reported.has(play_id)),
      music: plan.music,
      settings,
      ...Object.keys(words).length > 0 && { words },
    }
  })
}

/** The version of a player's programme, without the programme. */
export function versionFor(plan: Plan, player: Listener): string {
  return sha256Of(`${sharedPart(plan, player).sha256} ${player.player_id}`).slice(0, 16)
}

/**
 * What is due soon at a player and may still start, for those that only ask: each until the player has said that it
 * holds it, or what became of it.
 */
export async function dueSoon(player: Listener, now = Date.now()): Promise<PendingItem[]> {
  const { items } = sharedPart(await planOf(player.client_id, now), player)
  const near = items.filter(({ begins_ms, expires_ms }) => begins_ms <= now + SOON_MS && expires_ms > now)
  if (!near.length) return []
  const known = await reportedPlays([player.player_id])
  return near.map(item => toItem(item, player)).filter(({ play_id }) => !known.has(play_id))
}

function sharedPart(plan: Plan, { store_id, player_id, time_zone }: Listener): Shared {
  const { by_store, by_player, stores } = plan
  // Stores of a zone that are open alike, and that nothing is meant for alone, have the same programme.
  const key = ['programme', time_zone, stores.get(store_id)?.alike ?? '', by_store.has(store_id) && store_id, by_player.has(player_id) && player_id].join(' ')
  const kept = plan.derived.get(key) as Shared | undefined
  if (kept) return kept
  const { items, words, sha256 } = laidItems(plan, { store_id, player_id })
  const { settings, sha256: sha256_of_store } = storePart(plan, { store_id, time_zone })
  const made: Shared = { items, settings, words, sha256: sha256Of(`${sha256} ${sha256_of_store}`) }
  plan.derived.set(key, made)
  return made
}

/** How a store's players air, with the music, by what stores have in common. */
const store_parts = new WeakMap<Plan, Map<string, { settings: Shared['settings'], sha256: string }>>()

function storePart(plan: Plan, place: Pick<Listener, 'store_id' | 'time_zone'>) {
  const parts = store_parts.get(plan) ?? new Map<string, { settings: Shared['settings'], sha256: string }>()
  store_parts.set(plan, parts)
  const key = `${place.time_zone} ${plan.stores.get(place.store_id)?.alike}`
  const kept = parts.get(key)
  if (kept) return kept
  const settings = programmeSettings(plan, place)
  const made = { settings, sha256: sha256Of(JSON.stringify([plan.music, settings])) }
  parts.set(key, made)
  return made
}

/** What is to air at a player. Worked out again only when something about its own rules or its store has changed. */
function laidItems(plan: Plan, { store_id, player_id }: Pick<Listener, 'store_id' | 'player_id'>): Pick<Shared, 'items' | 'words' | 'sha256'> {
  const place = plan.stores.get(store_id)
  if (!place) return NOTHING
  const single = plan.by_player.get(player_id) ?? []
  const rules = [plan.everywhere, plan.by_store.get(store_id) ?? [], single]
  const { min_gap_s, max_duration_s } = plan.airing
  const key = ['items', place.alike, min_gap_s, max_duration_s, rules.map(some => some.map(({ stamp }) => stamp).join()).join(';')].join(' ')
  const kept = plan.lasting.get(key) as Pick<Shared, 'items' | 'words' | 'sha256'> | undefined
  if (kept) return kept
  const { from, to } = plan.span
  // What was due earlier may still begin: so late as its grace says, and where it was moved to.
  const grace_s = rules.flat().reduce((longest, { schedule }) => Math.max(longest, schedule.grace_s), 2)
  const early = from - grace_s * 1000 - place.limits.move_up_to_minutes * 60_000
  const laid = layingOf(plan, { from: early, to }, { kept: true })(store_id, { player_id })
    .filter(({ limited, expires_ms }) => !limited && expires_ms > from)
    .sort(byBegin).slice(0, MOST_ITEMS)
  const words = Object.fromEntries(laid.flatMap(({ sound }) => sound.words ? [[sound.sha256!, sound.words]] : []))
  const said = laid.map(({ due_ms, expires_ms, not_before_ms, sound, rule }) => `${basisOf(rule, sound).sha256} ${due_ms} ${expires_ms} ${not_before_ms}`)
  const made = { items: laid.map(toShared), words, sha256: sha256Of(said.join()) }
  plan.lasting.set(key, made)
  return made
}

const beginOf = ({ due_ms, not_before_ms }: LaidOccurrence): number => not_before_ms ?? due_ms

/** As they come to the player's queue: see `shared/utils/airing-plan.ts`. What is due by itself comes before what was moved there. */
function byBegin(a: LaidOccurrence, b: LaidOccurrence): number {
  const rank = ({ rule }: LaidOccurrence) => PRIORITIES.indexOf(rule.schedule.priority)
  return beginOf(a) - beginOf(b) || rank(a) - rank(b) || Number(a.not_before_ms !== null) - Number(b.not_before_ms !== null) || byOrder(a, b)
}

const NOTHING: Pick<Shared, 'items' | 'words' | 'sha256'> = { items: [], words: {}, sha256: sha256Of('[]') }

/** What a rule's occurrences with a sound have in common, and what tells it from all that says something else. */
interface Basis {
  fields: Omit<ProgrammeItem, 'play_id' | 'due_at' | 'expires_at' | 'not_before'>
  sha256: string
}

/** A sound is of one rule, and another object when either changes. */
const bases = new WeakMap<PlannedSound, Basis>()

function basisOf({ schedule }: PlannedRule, sound: PlannedSound): Basis {
  const kept = bases.get(sound)
  if (kept) return kept
  const fields: Basis['fields'] = {
    audio_id: sound.audio_id,
    url: `/media/${sound.sha256}.mp3`,
    sha256: sound.sha256!,
    duration_ms: sound.duration_ms,
    title: sound.title,
    text: sound.text,
    priority: schedule.priority,
    on_busy: schedule.on_busy,
    schedule_id: schedule.schedule_id,
    grace_s: schedule.grace_s,
    ...schedule.repeat > 1 && { repeat: schedule.repeat },
    ...schedule.volume !== null && { volume: schedule.volume },
  }
  const made = { fields, sha256: sha256Of(JSON.stringify([fields, sound.words])) }
  bases.set(sound, made)
  return made
}

function toShared(laid: LaidOccurrence): SharedItem {
  const { due_ms, expires_ms, not_before_ms, sound, rule } = laid
  const item: SharedItem['item'] = { ...basisOf(rule, sound).fields, due_at: new Date(due_ms).toISOString(), expires_at: new Date(expires_ms).toISOString() }
  if (not_before_ms !== null) item.not_before = new Date(not_before_ms).toISOString()
  return { begins_ms: beginOf(laid), expires_ms, item }
}

function toItem({ item }: SharedItem, { player_id }: Pick<Listener, 'player_id'>): ProgrammeItem {
  return { ...item, play_id: playIdOf({ schedule_id: item.schedule_id, due_at: item.due_at, player_id }, sha256Of) }
}

/** Of the occurrences that may still air, those that these players have a row of, in any of the statuses. */
async function reportedPlays(playerIds: string[], statuses?: ('playing' | 'played' | 'skipped')[]): Promise<Set<string>> {
  const db = await useDb()
  const rows = await db.select({ play_id: play.play_id }).from(play).where(and(
    inArray(play.player_id, playerIds), isNotNull(play.due_at), gt(play.due_at, new Date(Date.now() - LONGEST_GRACE_MS - LONGEST_MOVE_MS - 3_600_000)),
    statuses && inArray(play.status, statuses),
  ))
  return new Set(rows.map(row => row.play_id))
}
