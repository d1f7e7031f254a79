import { and, gt, inArray, isNotNull } from 'drizzle-orm'
import { play } from '../../../db/schema'
import type { PendingItem, Programme, ProgrammeItem } from '../../../shared/protocol'
import { playIdOf } from '../../../shared/utils/play-id'
import { useDb } from '../database'
import { sha256Of } from '../hash'
import { byOrder, dueInPlan, planOf, type Plan } from '../schedule/plan'
import { programmeSettings } from './programme-settings'

/** More than a television can air between two programmes; the rest comes with the next. */
const MOST_ITEMS = 2_000
/** What is due within this time is given to players that ask for what waits, ms. */
const SOON_MS = 60_000
/** No grace is longer, ms. */
const LONGEST_GRACE_MS = 6 * 3_600_000

/** Whose programme it is: a player, where it stands now. */
export interface Listener {
  player_id: string
  client_id: string
  store_id: string
  /** Of its store. */
  time_zone: string
}

/** What players of one store have in common, or one alone where something is meant for it only. */
interface Shared {
  items: { due_ms: number, expires_ms: number, item: Omit<ProgrammeItem, 'play_id'> }[]
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
      items: items.map(({ item }) => withPlayId(item, player)).filter(({ play_id }) => !reported.has(play_id)),
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
  const near = items.filter(({ due_ms, expires_ms }) => due_ms <= now + SOON_MS && expires_ms > now)
  if (!near.length) return []
  const known = await reportedPlays([player.player_id])
  return near.map(({ item }) => withPlayId(item, player)).filter(({ play_id }) => !known.has(play_id))
}

const withPlayId = (item: Omit<ProgrammeItem, 'play_id'>, { player_id }: Listener): ProgrammeItem => ({ play_id: playIdOf({ ...item, player_id }, sha256Of), ...item })

function sharedPart(plan: Plan, { store_id, player_id, time_zone }: Listener): Shared {
  const { everywhere, by_store, by_player, stores } = plan
  const rules = [everywhere, by_store.get(store_id) ?? [], by_player.get(player_id) ?? []]
  // Stores of a zone that are open alike, and that nothing is meant for alone, have the same programme.
  const key = ['programme', time_zone, stores.get(store_id)?.alike ?? '', rules[1]!.length && store_id, rules[2]!.length && player_id].join(' ')
  const kept = plan.derived.get(key) as Shared | undefined
  if (kept) return kept
  const made = makeShared(plan, rules.flat(), { store_id, time_zone })
  plan.derived.set(key, made)
  return made
}

function makeShared(plan: Plan, rules: Plan['rules'], place: Pick<Listener, 'store_id' | 'time_zone'>): Shared {
  const due = rules
    .flatMap(rule => dueInPlan(plan, rule, place.store_id, place.time_zone).map(due => ({ ...due, rule })))
    .sort(byOrder).slice(0, MOST_ITEMS)
  const items = due.map(({ due_ms, expires_ms, sound, rule: { schedule } }) => ({
    due_ms,
    expires_ms,
    item: {
      audio_id: sound.audio_id,
      url: `/media/${sound.sha256}.mp3`,
      sha256: sound.sha256!,
      duration_ms: sound.duration_ms,
      title: sound.title,
      text: sound.text,
      priority: schedule.priority,
      on_busy: schedule.on_busy,
      expires_at: new Date(expires_ms).toISOString(),
      schedule_id: schedule.schedule_id,
      due_at: new Date(due_ms).toISOString(),
      grace_s: schedule.grace_s,
      ...schedule.repeat > 1 && { repeat: schedule.repeat },
      ...schedule.volume !== null && { volume: schedule.volume },
    },
  }))
  const settings = programmeSettings(plan, place)
  const words = Object.fromEntries(due.flatMap(({ sound }) => sound.words ? [[sound.sha256!, sound.words]] : []))
  return { items, settings, words, sha256: sha256Of(JSON.stringify([items.map(({ item }) => item), plan.music, settings, words])) }
}

/** Of the occurrences that may still air, those that these players have a row of, in any of the statuses. */
async function reportedPlays(playerIds: string[], statuses?: ('playing' | 'played' | 'skipped')[]): Promise<Set<string>> {
  const db = await useDb()
  const rows = await db.select({ play_id: play.play_id }).from(play).where(and(
    inArray(play.player_id, playerIds), isNotNull(play.due_at), gt(play.due_at, new Date(Date.now() - LONGEST_GRACE_MS - 3_600_000)),
    statuses && inArray(play.status, statuses),
  ))
  return new Set(rows.map(row => row.play_id))
}
