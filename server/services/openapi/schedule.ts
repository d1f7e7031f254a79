import { CalendarListSchema, CalendarQuerySchema, DayExportQuerySchema, DayQuerySchema, DaySchema, FeedSchema, HolidayListSchema, HolidayQuerySchema, HolidayRegionListSchema, HolidayRegionQuerySchema, NewScheduleSchema, OccurrenceListSchema, OccurrenceQuerySchema, ScheduleBulkSchema, ScheduleChangeSchema, ScheduleListSchema, SchedulePatchSchema, SchedulePreviewQuerySchema, SchedulePreviewSchema, ScheduleQuerySchema, ScheduleRevertSchema, ScheduleSchema, ScheduleSplitSchema, TodaySchema } from '../../../shared/schemas/schedule'
import type { RouteDoc } from './types'

const tag = 'schedule'

export const scheduleRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/schedule', tag, summary: 'The schedules, the newest first', access: 'viewer', query: ScheduleQuerySchema, answer: [200, ScheduleListSchema], errors: [400, 404] },
  { method: 'post', path: '/api/v1/schedule/bulk', tag, summary: 'Pause, resume, delete or bring back many schedules: all or none', access: 'editor', body: ScheduleBulkSchema, answer: [200, ScheduleChangeSchema], errors: [400, 404] },
  { method: 'post', path: '/api/v1/schedule', tag, summary: 'Put a message on the calendar; its players know at once', access: 'editor', body: NewScheduleSchema, answer: [201, ScheduleSchema], errors: [400, 404, 422], repeatable: true },
  { method: 'get', path: '/api/v1/schedule/occurrences', tag, summary: 'What airs where between two instants, in order; where the answer was cut, `next_from` says where to go on', access: 'viewer', query: OccurrenceQuerySchema, answer: [200, OccurrenceListSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/schedule/calendar', tag, summary: 'The same for many stores: what is due at the same instant at several is one; `by=day`: one for each schedule and day', access: 'viewer', query: CalendarQuerySchema, answer: [200, CalendarListSchema], errors: [400, 404] },
  { method: 'post', path: '/api/v1/schedule/preview', tag, summary: 'What would become of a schedule that is being written: when it is due next, how often, and what it collides with', access: 'viewer', body: SchedulePreviewQuerySchema, answer: [200, SchedulePreviewSchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/schedule/day', tag, summary: 'One store\'s day, past or to come: what was reported, what was laid out, and which rule moved or dropped what', access: 'viewer', query: DayQuerySchema, answer: [200, DaySchema], errors: [400, 404] },
  { method: 'get', path: '/api/v1/schedule/day.csv', tag, summary: 'The same as CSV', access: 'viewer', query: DayExportQuerySchema, answer: [200, 'text/csv'], errors: [400, 404] },
  { method: 'get', path: '/api/v1/schedule/today', tag, summary: 'Today at a glance: what is next, what is on the air, what was heard, and who is silent', access: 'viewer', answer: [200, TodaySchema] },
  { method: 'get', path: '/api/v1/schedule/feed/{store_id}', tag, summary: 'The secret address of a store\'s calendar feed', access: 'editor', answer: [200, FeedSchema], errors: [404] },
  { method: 'post', path: '/api/v1/schedule/feed/{store_id}', tag, summary: 'Make a new address of a store\'s calendar feed; the one before opens nothing any more', access: 'editor', answer: [200, FeedSchema], errors: [404] },
  { method: 'get', path: '/feeds/{token}.ics', tag, summary: 'A store\'s calendar as iCalendar, from 14 days back to 60 ahead, with ETag; what is left out is there as cancelled', access: 'public', answer: [200, 'text/calendar'], errors: [404] },
  { method: 'get', path: '/api/v1/schedule/holidays', tag, summary: 'The holidays of a year: the client\'s, or those of a region', access: 'viewer', query: HolidayQuerySchema, answer: [200, HolidayListSchema], errors: [400, 422] },
  { method: 'get', path: '/api/v1/schedule/holidays/regions', tag, summary: 'Countries and regions whose public holidays are known', access: 'viewer', query: HolidayRegionQuerySchema, answer: [200, HolidayRegionListSchema], errors: [400] },
  { method: 'get', path: '/api/v1/schedule/{schedule_id}', tag, summary: 'One schedule, also a deleted one', access: 'viewer', answer: [200, ScheduleSchema], errors: [404] },
  { method: 'patch', path: '/api/v1/schedule/{schedule_id}', tag, summary: 'Change, pause or move a schedule, or bring it back', access: 'editor', body: SchedulePatchSchema, answer: [200, ScheduleSchema], errors: [400, 404, 409, 422] },
  { method: 'post', path: '/api/v1/schedule/{schedule_id}/split', tag, summary: 'Change, or take off the air, one occurrence, all of its day, or one and all that follow', access: 'editor', body: ScheduleSplitSchema, answer: [200, ScheduleChangeSchema], errors: [400, 404, 409, 422] },
  { method: 'post', path: '/api/v1/schedule/{schedule_id}/revert', tag, summary: 'Have a schedule say again what an earlier version of it said', access: 'editor', body: ScheduleRevertSchema, answer: [200, ScheduleSchema], errors: [400, 404, 409] },
  { method: 'delete', path: '/api/v1/schedule/{schedule_id}', tag, summary: 'Take a schedule off the air; it can be brought back for 30 days', access: 'editor', answer: [204, null], errors: [404] },
]
