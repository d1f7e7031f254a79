import { mayAirOn, type OccurrenceRule } from './occurrences'

/** Why a rule can never be what somebody meant by it. */
interface RuleProblem {
  code: 'rule_incomplete' | 'window_empty' | 'dates_reversed' | 'never_due'
  /** The field to mend. */
  path: string
  message: string
}

const DAY_MS = 86_400_000
/** Where a rule without a first or last day is looked at. */
const SOME_DAY_MS = Date.UTC(2001, 0, 1)
/** Dates have four digits. */
const END_MS = Date.UTC(10_000, 0)

const NEEDED: Record<OccurrenceRule['kind'], (keyof OccurrenceRule)[]> = {
  interval: ['interval_minutes', 'window_start', 'window_end'],
  times: ['times'],
  once: ['at'],
  opening: ['opening_edge', 'opening_offset_minutes'],
}

/**
 * What is wrong with a rule whose fields are each well formed: what its kind needs and lacks, a window without length,
 * a last day before the first, days that leave nothing over. Empty for a rule that can be due.
 */
export function ruleProblems(rule: OccurrenceRule): RuleProblem[] {
  const missing = NEEDED[rule.kind].filter(name => (rule[name] ?? null) === null || (name === 'times' && !rule.times?.length))
  if (missing.length) return missing.map(path => ({ code: 'rule_incomplete', path, message: `is needed for the kind "${rule.kind}"` }))
  if (rule.kind === 'interval' && rule.window_start === rule.window_end) return [{ code: 'window_empty', path: 'window_end', message: 'must differ from window_start; an earlier time is one after midnight' }]
  if (rule.from_date && rule.until_date && rule.until_date < rule.from_date) return [{ code: 'dates_reversed', path: 'until_date', message: 'must not be before from_date' }]
  if (!isEverDue(rule)) return [{ code: 'never_due', path: rule.kind === 'once' ? 'at' : 'weekdays', message: 'leaves no day over on which it would air' }]
  return []
}

function isEverDue(rule: OccurrenceRule): boolean {
  if (rule.kind === 'once') return mayAirOn(rule, rule.at!.slice(0, 10)) && !rule.exclude.includes(rule.at!)
  // Within a week every weekday has come; each day off can put it off by one more week at most.
  const days = 7 * (rule.exclude.length + 1)
  const first = rule.from_date ? dayMs(rule.from_date) : rule.until_date ? dayMs(rule.until_date) - (days - 1) * DAY_MS : SOME_DAY_MS
  for (let at = first; at < first + days * DAY_MS && at < END_MS; at += DAY_MS) {
    if (mayAirOn(rule, new Date(at).toISOString().slice(0, 10))) return true
  }
  return false
}

const dayMs = (day: string) => Date.parse(`${day}T00:00:00Z`)
