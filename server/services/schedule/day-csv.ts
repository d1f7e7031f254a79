import { stringify } from 'csv-stringify/sync'
import english from '../../../i18n/csv/en.json'
import spanish from '../../../i18n/csv/es.json'
import type { SkipReason } from '../../../shared/protocol'
import type { DayEntry, DayExportQuery } from '../../../shared/schemas/schedule'
import { CSV_FORMAT, localTime } from '../player/play-csv'
import { dayAt } from './day'

const WORDS = { es: spanish, en: english }
const COLUMNS = ['due', 'heard', 'ended', 'zone', 'due_utc', 'heard_utc', 'ended_utc', 'late_s', 'store', 'player', 'schedule', 'title', 'text', 'kind', 'priority', 'result', 'rule', 'because', 'reason', 'level_db'] as const

/**
 * One store's day as CSV, in the order of the day: for spreadsheets, as the play log's.
 * @throws NotFound
 */
export async function exportDay(clientId: string, { language, ...query }: DayExportQuery): Promise<string> {
  const words = WORDS[language]
  const { entries, store_name, time_zone } = await dayAt(clientId, { ...query, language })
  return stringify(entries.map(entry => recordOf(entry, store_name, time_zone, words)), { ...CSV_FORMAT, columns: COLUMNS.map(key => ({ key, header: words.columns[key] })) })
}

function recordOf(entry: DayEntry, store_name: string, time_zone: string, words: typeof spanish): Record<typeof COLUMNS[number], string | number | null> {
  const local = (instant: string) => localTime(new Date(instant), time_zone)
  const is_left_out = entry.result === 'dropped' || entry.result === 'skipped' || entry.result === 'awaited'
  const [starts_at, ends_at] = is_left_out ? [null, null] : [entry.starts_at, entry.ends_at]
  return {
    due: local(entry.due_at), heard: starts_at && local(starts_at), ended: ends_at && local(ends_at), zone: time_zone,
    due_utc: entry.due_at, heard_utc: starts_at, ended_utc: ends_at, late_s: entry.late_ms === null ? null : Math.round(entry.late_ms / 100) / 10,
    store: store_name, player: entry.player_name, schedule: entry.name, title: entry.title, text: entry.text,
    kind: words.kind[entry.air_id ? 'live' : 'scheduled'], priority: words.priority[entry.priority], result: words.result[entry.result],
    rule: entry.rule && words.rule[entry.rule], because: entry.because, reason: entry.reason && words.reason[entry.reason as SkipReason], level_db: entry.level_db,
  }
}
