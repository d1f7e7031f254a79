import type { NewSchedule, Schedule, ScheduleSnapshot } from '#shared/schemas/schedule'
import type { Targets } from '#shared/schemas/player'
import type { Message } from '#shared/schemas/audio'

export type ScheduleFormMessage = Pick<Schedule['messages'][number], 'audio_id' | 'weight' | 'title' | 'duration_ms' | 'colour'>

/** A schedule that is being written: every field of every kind, so that nothing is lost by looking at another kind. */
export interface ScheduleForm extends Omit<ScheduleSnapshot, 'messages' | 'targets' | 'deleted_at' | 'priority'> {
  messages: ScheduleFormMessage[]
  /** Null while nothing is chosen. */
  targets: Targets | null
  priority: NonNullable<NewSchedule['priority']>
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const pad = (value: number) => String(value).padStart(2, '0')

/** The next full hour on this browser's clocks: `2026-11-22T19:00`. */
function nextHour(): string {
  const at = new Date(Date.now() + 3_600_000)
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:00`
}

/** A new schedule, as most of them are. */
export function newScheduleForm(changes: Partial<ScheduleForm> = {}): ScheduleForm {
  return {
    name: null, messages: [], rotation: null, template_id: null, template_values: null, targets: { all: true },
    kind: 'once', interval_minutes: 30, window_start: '09:00', window_end: '21:00', times: ['12:00'], at: nextHour(), opening_edge: 'closes', opening_offset_minutes: -15,
    weekdays: EVERY_DAY, from_date: null, until_date: null, exclude: [], skip_holidays: [], time_zone: null,
    priority: 'scheduled', on_busy: 'after_current', grace_s: 120, repeat: 1, volume: null, enabled: true, paused_until: null,
    ...changes,
  }
}

/** A schedule to be changed; what its kind does not have is as in a new one. */
export function formOfSchedule(schedule: Schedule): ScheduleForm {
  const { schedule_id: _, audio_id: __, version: ___, created_at: ____, updated_at: _____, deleted_at: ______, messages, ...rule } = schedule
  const usual = newScheduleForm()
  const kept = Object.fromEntries(Object.entries(rule).filter(([name, value]) => value !== null || !(name in usual) || usual[name as keyof ScheduleForm] === null))
  return { ...usual, ...kept as Partial<ScheduleForm>, messages: messages.filter(message => !message.deleted_at).map(messageOfForm) }
}

/** What a schedule airs, of a message or of what is known of one. */
export function messageOfForm({ audio_id, title, duration_ms, ...more }: Pick<Message, 'audio_id' | 'title' | 'duration_ms'> & { weight?: number, colour?: string | null, category?: Message['category'] }): ScheduleFormMessage {
  return { audio_id, title, duration_ms: duration_ms ?? 0, weight: more.weight ?? 1, colour: more.colour ?? more.category?.colour ?? null }
}

/** What the API is asked to keep: only what the kind has. Null while something that it needs is missing. */
export function requestOfForm(form: ScheduleForm): NewSchedule | null {
  if (!form.messages.length || !form.targets) return null
  const { kind } = form
  return {
    ...ruleOfForm(form),
    name: form.name?.trim() || null,
    messages: form.messages.map(({ audio_id, weight }) => ({ audio_id, weight })),
    rotation: form.messages.length > 1 ? form.rotation ?? 'in_order' : null,
    targets: form.targets,
    kind,
  }
}

/** The same for a preview, which takes what is not whole. */
export function draftOfForm(form: ScheduleForm) {
  const { targets, messages, ...rule } = { ...ruleOfForm(form), targets: form.targets, messages: form.messages.map(({ audio_id, weight }) => ({ audio_id, weight })) }
  return { ...rule, name: form.name?.trim() || null, ...targets && { targets }, ...messages.length > 0 && { messages } }
}

function ruleOfForm({ messages: _, targets: __, name: ___, ...form }: ScheduleForm) {
  const { kind } = form
  const of = <Value>(own: ScheduleForm['kind'], value: Value): Value | null => kind === own ? value : null
  const once = kind === 'once'
  return {
    ...form,
    interval_minutes: of('interval', form.interval_minutes),
    window_start: of('interval', form.window_start),
    window_end: of('interval', form.window_end),
    times: of('times', form.times),
    at: of('once', form.at),
    opening_edge: of('opening', form.opening_edge),
    opening_offset_minutes: of('opening', form.opening_offset_minutes),
    weekdays: once ? EVERY_DAY : form.weekdays,
    from_date: once ? null : form.from_date || null,
    until_date: once ? null : form.until_date || null,
    exclude: once ? [] : form.exclude,
    skip_holidays: once ? [] : form.skip_holidays,
    time_zone: kind === 'opening' ? null : form.time_zone,
  }
}

/** What of a schedule is said anew. */
export function changesOfForm(schedule: Schedule, request: NewSchedule): Partial<NewSchedule> {
  const before = requestOfForm(formOfSchedule(schedule)) as Record<string, unknown> | null
  const changed = Object.entries(request).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before?.[name]))
  return Object.fromEntries(changed)
}
