import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '../../db/client'
import { file, message, organization, player, schedule, scheduleMessage, setting, store, storeGroup, storeGroupStore } from '../../db/schema'
import type { Targets } from '../../shared/schemas/player'
import { chance } from '../../shared/utils/chance'
import { occurrencesOf } from '../../shared/utils/occurrences'
import { occurrenceVectors, type OccurrenceVector } from '../../tests/fixtures/occurrence-vectors'
import { quantile } from './lib/median'
import { byCroner, byRRule, type Calendar } from './lib/other-calendars'

const STORES = 250
const PLAYERS = 1_000
const RULES = 10_000
const GROUPS = 20
const MESSAGES = 500
const BATCH = 50
const ALL_WITHIN_MS = 5_000
const ONE_WITHIN_MS = 20
const CLIENT = 'bench'
const SHA = 'a'.repeat(64)
const ZONES = ['Europe/Madrid', 'Europe/Madrid', 'Europe/Madrid', 'Atlantic/Canary', 'Europe/London', 'America/Bogota', 'America/New_York', 'America/Santiago', 'Asia/Kolkata', 'Australia/Sydney']

/**
 * What programmes cost: those of 1,000 players of 250 stores for the next 48 hours, made of 10,000 rules with limits, in
 * the real service on the embedded database, all anew; and what one changed rule costs. Then the occurrences of 2,500 rules
 * by us, rrule.js and croner, in turns, with how many each gets wrong.
 *
 * @returns whether all programmes, and 95 of 100 of them by themselves, are within the limit, and none of our answers is wrong
 */
export async function bench(): Promise<boolean> {
  // rrule.js tells instants by the clocks of the process.
  process.env.TZ = 'UTC'
  const dir = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'))
  Object.assign(process.env, { DATABASE_URL: '', DATA_DIR: dir, APP_ENV: 'test', AUTH_SECRET: 'x'.repeat(40) })
  const { useDb, closeDatabase } = await import('../../server/services/database')
  try {
    const db = await useDb()
    const players = await fill(db)
    const within = await measureProgrammes(db, players)
    return compare() && within
  }
  finally {
    await closeDatabase()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Television = Awaited<ReturnType<typeof fill>>[number]

async function measureProgrammes(db: Db, players: Television[]): Promise<boolean> {
  const { planOf } = await import('../../server/services/schedule/plan')
  const { programmesOf, versionFor } = await import('../../server/services/player/programme')
  const { countUpProgrammes } = await import('../../server/services/player/programme-version')
  const { updateSchedule } = await import('../../server/services/schedule/schedules')
  const timed = async <T>(work: () => Promise<T> | T): Promise<[number, T]> => {
    const begun = performance.now()
    const made = await work()
    return [performance.now() - begun, made]
  }

  let items = 0
  const one: number[] = []
  const loading = await asNew()

  /** As a server that has just started. @returns how long it reads, ms */
  async function asNew(): Promise<number> {
    const [took, plan] = await timed(() => planOf(CLIENT))
    for (const player of players) {
      const [took, [programme]] = await timed(() => programmesOf(plan, [player]))
      one.push(took)
      items += programme!.items.length
    }
    return took
  }

  // Anew, as when the hour moves on: by the lots in which they are sent.
  const hour = Date.now() + 3_600_000
  const [all] = await timed(async () => {
    const next = await planOf(CLIENT, hour)
    for (let from = 0; from < players.length; from += BATCH) await programmesOf(next, players.slice(from, from + BATCH))
  })

  const current = await planOf(CLIENT, hour)
  const before = players.map(player => versionFor(current, player))
  const single = current.rules.find(({ schedule: { targets } }) => 'stores' in targets)!.schedule
  await updateSchedule(CLIENT, single.schedule_id, { times: ['12:34'], kind: 'times', interval_minutes: null, window_start: null, window_end: null, at: null, opening_edge: null, opening_offset_minutes: null, weekdays: [1, 2, 3, 4, 5, 6, 7] })
  await db.transaction(tx => countUpProgrammes(tx, CLIENT))
  const [change, versions] = await timed(async () => {
    const changed = await planOf(CLIENT, hour)
    return players.map(player => versionFor(changed, player))
  })
  const others = versions.filter((version, place) => version !== before[place]).length

  const { listOccurrences } = await import('../../server/services/schedule/occurrences')
  const days = (count: number) => ({ from: new Date().toISOString(), to: new Date(Date.now() + count * 86_400_000).toISOString() })
  const [week, listed] = await timed(() => listOccurrences(CLIENT, { ...days(7), store_id: players[0]!.store_id }))
  const [day, everywhere] = await timed(() => listOccurrences(CLIENT, days(1)))

  const p95 = quantile(one, 0.95)
  console.log(`Programmes of ${PLAYERS} players in ${STORES} stores for 48 h, of ${RULES} rules with limits, on the embedded database; ${Math.round(items / PLAYERS)} items each:`)
  console.log(`  all, anew: ${(all / 1000).toFixed(2)} s (limit ${ALL_WITHIN_MS / 1000} s)`)
  console.log(`  one, anew: p50 ${quantile(one, 0.5).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms (limit ${ONE_WITHIN_MS} ms), longest ${Math.max(...one).toFixed(1)} ms`)
  console.log(`  reading stores, rules and messages: ${loading.toFixed(0)} ms`)
  console.log(`  after a change of one rule: ${change.toFixed(0)} ms until it is known who gets another programme; ${others} of ${PLAYERS}`)
  console.log(`  the calendar of a store for a week: ${week.toFixed(0)} ms, ${listed.items.length} occurrences; of all stores for a day: ${(day / 1000).toFixed(1)} s, the first ${everywhere.items.length}`)
  return all <= ALL_WITHIN_MS && p95 <= ONE_WITHIN_MS
}

/** A busy chain, the same in every run. @returns its players */
async function fill(db: Db) {
  const random = chance(5)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const time = (from: number, to: number) => `${String(from + Math.floor(random() * (to - from))).padStart(2, '0')}:${String(Math.floor(random() * 12) * 5).padStart(2, '0')}`
  const open = Object.fromEntries([1, 2, 3, 4, 5, 6].map(day => [day, [['09:00', '21:30']]]))
  await db.insert(organization).values({ id: CLIENT, name: CLIENT, slug: CLIENT })
  await db.insert(file).values({ sha256: SHA, content_type: 'audio/mpeg', bytes: 1 })
  await db.insert(setting).values({ client_id: CLIENT, name: 'limits', value: { quiet: [{ name: 'Siesta', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '14:00', to: '16:00' }], min_gap_s: 45, max_per_hour: 20, max_same_per_hour: 4 } })
  await db.insert(setting).values({ client_id: CLIENT, name: 'calendar', value: { holiday_region: 'ES' } })
  const stores = await db.insert(store).values(Array.from({ length: STORES }, (_, place) => ({ client_id: CLIENT, name: `Tienda ${place}`, time_zone: pick(ZONES), opening_hours: open }))).returning()
  const groups = await db.insert(storeGroup).values(Array.from({ length: GROUPS }, (_, place) => ({ client_id: CLIENT, name: `Zona ${place}` }))).returning()
  await db.insert(storeGroupStore).values(stores.map(({ store_id }, place) => ({ store_id, group_id: groups[place % GROUPS]!.group_id })))
  const players = await db.insert(player).values(Array.from({ length: PLAYERS }, (_, place) => ({ client_id: CLIENT, store_id: stores[place % STORES]!.store_id, name: `TV ${place}`, token_sha256: `bench ${place}` }))).returning()
  const sounds = await db.insert(message).values(Array.from({ length: MESSAGES }, (_, place) => ({
    client_id: CLIENT, status: 'ready' as const, title: `Mensaje ${place}`, text: 'Estimados clientes, les recordamos que cerramos en quince minutos.', voice_name: 'Voz', sha256: SHA, duration_ms: 4_000 + place * 20,
    words: Array.from({ length: 10 }, (_, word): [number, number] => [word * 6, word * 350]),
  }))).returning()

  const targetsOf = (place: number): Targets => place < 20
    ? { all: true }
    : place < 500
      ? { groups: [groups[place % GROUPS]!.group_id] }
      : place < RULES - 250 ? { stores: [stores[place % STORES]!.store_id] } : { players: [players[place % PLAYERS]!.player_id] }
  const whenOf = (place: number) => place % 10 < 4
    ? { kind: 'interval' as const, interval_minutes: pick([60, 90, 120, 180, 240]), window_start: time(9, 12), window_end: time(18, 22) }
    : place % 10 < 8
      ? { kind: 'times' as const, times: [...new Set([time(9, 21), time(9, 21), time(9, 21)])].sort() }
      : place % 10 < 9
        ? { kind: 'opening' as const, opening_edge: 'closes' as const, opening_offset_minutes: -15 }
        : { kind: 'once' as const, at: `${new Date(Date.now() + random() * 3 * 86_400_000).toISOString().slice(0, 10)}T${time(9, 21)}` }
  for (let from = 0; from < RULES; from += BATCH) {
    const rows = await db.insert(schedule).values(Array.from({ length: BATCH }, (_, at) => ({
      client_id: CLIENT, targets: targetsOf(from + at), ...whenOf(from + at), weekdays: pick([[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5], [6, 7]]), priority: 'scheduled' as const, on_busy: 'after_current' as const,
      grace_s: 300, rotation: at % 5 ? null : 'shuffled' as const, skip_holidays: at % 3 ? [] : ['*'],
    }))).returning({ schedule_id: schedule.schedule_id, rotation: schedule.rotation })
    await db.insert(scheduleMessage).values(rows.flatMap(({ schedule_id, rotation }) => Array.from({ length: rotation ? 4 : 1 }, (_, position) => ({ schedule_id, position, audio_id: pick(sounds).audio_id }))))
  }
  const zones = new Map(stores.map(({ store_id, time_zone }) => [store_id, time_zone]))
  return players.map(({ player_id, store_id }) => ({ player_id, client_id: CLIENT, store_id, time_zone: zones.get(store_id)! }))
}

/** Ours beside others, on the same rules. */
function compare(): boolean {
  const known = occurrenceVectors.filter(({ from, to }) => from > 0 && to < Date.parse('2100-01-01'))
  const calendars: Record<string, Calendar> = { 'ours': (rule, time_zone, from, to) => occurrencesOf(rule, { time_zone }, from, to), 'rrule.js': byRRule, 'croner': byCroner }
  const took: Record<string, number> = {}
  const wrong: Record<string, OccurrenceVector[]> = {}
  for (const [name, calendar] of Object.entries(calendars)) {
    for (const { rule, zone, from, to } of known.slice(0, 100)) calendar(rule, zone, from, to)
    const begun = performance.now()
    const answers = known.map(({ rule, zone, from, to }) => calendar(rule, zone, from, to))
    took[name] = performance.now() - begun
    wrong[name] = known.filter(({ due }, place) => due.join() !== answers[place]!.join())
  }
  console.log(`Occurrences of ${known.length} random rules over 26 zones, two in three around a change of clocks; right is what Python's zoneinfo says:`)
  for (const name of Object.keys(calendars)) console.log(`  ${name}: ${took[name]!.toFixed(0)} ms, ratio ${(took[name]! / took.ours!).toFixed(1)}; wrong ${wrong[name]!.length} (${(100 * wrong[name]!.length / known.length).toFixed(1)} %)`)
  return wrong.ours!.length === 0
}
