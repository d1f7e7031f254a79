import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { eq } from 'drizzle-orm'
import { store } from '../../../db/schema'
import english from '../../../i18n/csv/en.json'
import spanish from '../../../i18n/csv/es.json'
import type { PlayExportQuery } from '../../../shared/schemas/player'
import { useDb } from '../database'
import { pageOfPlays, playsWanted, type PlayRow } from './play-log'

/** Rows that are in memory at once. */
const PAGE = 1000
const WORDS = { es: spanish, en: english }
const COLUMNS = ['due', 'heard', 'ended', 'zone', 'due_utc', 'heard_utc', 'ended_utc', 'late_s', 'store', 'player', 'title', 'text', 'kind', 'priority', 'result', 'reason', 'reason_by', 'heard_s', 'repeats', 'level_db', 'requested_by'] as const
type Column = typeof COLUMNS[number]

/** For spreadsheets: what would be a formula is text. A line break alone would not be quoted otherwise. */
export const CSV_FORMAT = { bom: true, header: true, record_delimiter: 'windows', escape_formulas: true, quoted_string: true, quoted_empty: false } as const

/**
 * The play log as CSV, newest first: UTF-8 with its mark, for spreadsheets. It is read from the database page by page
 * while it is sent. What would be a formula in a spreadsheet is written as text.
 * @returns a stream of bytes; it ends with an error when the database fails under it
 */
export async function exportPlays(clientId: string, { language, ...filter }: PlayExportQuery): Promise<Readable> {
  const db = await useDb()
  const zones = new Map((await db.select({ store_id: store.store_id, time_zone: store.time_zone }).from(store).where(eq(store.client_id, clientId))).map(row => [row.store_id, row.time_zone]))
  const words = WORDS[language]
  const wanted = playsWanted(clientId, filter)

  async function* records() {
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof pageOfPlays>> = await pageOfPlays(wanted, PAGE, cursor)
      for (const row of page.rows) yield recordOf(row, zones.get(row.store_id ?? '') ?? filter.time_zone, words)
      cursor = page.next_cursor
    } while (cursor)
  }

  const source = Readable.from(records())
  const csv = stringify({
    ...CSV_FORMAT,
    columns: COLUMNS.map(key => ({ key, header: words.columns[key] })),
  })
  source.on('error', error => csv.destroy(error))
  csv.on('close', () => source.destroy())
  return source.pipe(csv)
}

function recordOf(row: PlayRow, time_zone: string, words: typeof spanish): Record<Column, string | number | null> {
  const due = row.due_at ?? row.created_at
  const late_ms = row.started_at ? row.started_at.getTime() - due.getTime() : null
  return {
    due: localTime(due, time_zone),
    heard: localTime(row.started_at, time_zone),
    ended: localTime(row.ended_at, time_zone),
    zone: time_zone,
    due_utc: due.toISOString(),
    heard_utc: row.started_at?.toISOString() ?? null,
    ended_utc: row.ended_at?.toISOString() ?? null,
    late_s: late_ms === null ? null : Math.round(late_ms / 100) / 10,
    store: row.store_name,
    player: row.player_name,
    title: row.title,
    text: row.text,
    kind: words.kind[row.due_at ? 'scheduled' : 'live'],
    priority: words.priority[row.priority],
    result: words.status[row.status],
    reason: row.reason && words.reason[row.reason],
    reason_by: nameOf(row, time_zone, words),
    heard_s: row.heard_ms === null ? null : row.heard_ms / 1000,
    repeats: row.repeats,
    level_db: row.level_db,
    requested_by: row.requested_by_name,
  }
}

/** Who or what was the reason, in words: of a limit which, of a player that was away since when. */
function nameOf({ reason, reason_by }: PlayRow, time_zone: string, words: typeof spanish): string | null {
  if (reason === 'limited' && reason_by) return words.rule[reason_by as keyof typeof words.rule] ?? reason_by
  return reason === 'offline' && reason_by ? localTime(new Date(reason_by), time_zone) : reason_by
}

/** As clocks there show it, in the form that spreadsheets read: `2026-11-22 14:02:07`. */
export function localTime(instant: Date | null, time_zone: string): string | null {
  return instant && clockOf(time_zone).format(instant)
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Making one takes a thousand times as long as using it. Swedish dates are ISO 8601. */
function clockOf(time_zone: string): Intl.DateTimeFormat {
  const kept = clocks.get(time_zone)
  if (kept) return kept
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: time_zone, dateStyle: 'short', timeStyle: 'medium' })
  clocks.set(time_zone, made)
  return made
}
