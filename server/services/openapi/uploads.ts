import { MessageSchema } from '../../../shared/schemas/audio'
import { listOf } from '../../../shared/schemas/common'
import { JobSchema, NewJobSchema } from '../../../shared/schemas/job'
import { TrackListSchema, TrackPatchSchema, TrackQuerySchema, TrackSchema } from '../../../shared/schemas/track'
import { UploadAnswerSchema, UploadFormSchema, UploadLimitsSchema, UploadStateSchema } from '../../../shared/schemas/upload'
import type { RouteDoc } from './types'

const TUS = 'by the tus protocol 1.0 (creation, creation-with-upload, termination, expiration)'

export const uploadRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/library/uploads', tag: 'library', summary: 'What can be uploaded here and now', access: 'viewer', answer: [200, UploadLimitsSchema] },
  { method: 'post', path: '/api/v1/library/uploads', tag: 'library', summary: 'Upload a message or music. It is answered as soon as it is stored: `status` goes from `waiting` to `processing` to `ready` or `failed`', access: 'editor', form: UploadFormSchema, answer: [202, UploadAnswerSchema], errors: [400, 404, 413, 415, 422, 503], repeatable: true },
  { method: 'post', path: '/api/v1/library/uploads/tus', tag: 'library', summary: `Begin an upload in pieces, ${TUS}; the fields of the form are its metadata`, access: 'editor', answer: [201, null], errors: [400, 413, 422, 503] },
  { method: 'get', path: '/api/v1/library/uploads/tus/{upload_id}', tag: 'library', summary: 'How far an upload in pieces is; HEAD as the protocol has it', access: 'editor', answer: [200, UploadStateSchema], errors: [404] },
  { method: 'patch', path: '/api/v1/library/uploads/tus/{upload_id}', tag: 'library', summary: 'The next piece; the answer to the last one says in `X-Audio-Id` or `X-Track-Id` what it became', access: 'editor', answer: [204, null], errors: [400, 404, 409, 413, 415, 422, 503] },
  { method: 'delete', path: '/api/v1/library/uploads/tus/{upload_id}', tag: 'library', summary: 'Give an upload in pieces up', access: 'editor', answer: [204, null], errors: [404] },
  { method: 'post', path: '/api/v1/library/{audio_id}/retry', tag: 'library', summary: 'Try an upload that failed once more', access: 'editor', answer: [202, MessageSchema], errors: [404, 409] },
  { method: 'get', path: '/api/v1/library/jobs', tag: 'library', summary: 'Work over many messages, the newest first', access: 'viewer', answer: [200, listOf(JobSchema)] },
  { method: 'post', path: '/api/v1/library/jobs', tag: 'library', summary: 'Make the whole library, or some of it, as loud as the settings say now', access: 'editor', body: NewJobSchema, answer: [202, JobSchema], errors: [400, 404, 413, 415], repeatable: true },
  { method: 'get', path: '/api/v1/library/jobs/{job_id}', tag: 'library', summary: 'How far a job is', access: 'viewer', answer: [200, JobSchema], errors: [404] },
  { method: 'delete', path: '/api/v1/library/jobs/{job_id}', tag: 'library', summary: 'Cancel a job; what is done stays done', access: 'editor', answer: [200, JobSchema], errors: [404] },
  { method: 'get', path: '/api/v1/audio/tracks', tag: 'audio', summary: 'The music: beds, chimes and what plays between messages', access: 'viewer', query: TrackQuerySchema, answer: [200, TrackListSchema], errors: [400] },
  { method: 'get', path: '/api/v1/audio/tracks/{track_id}', tag: 'audio', summary: 'One track', access: 'viewer', answer: [200, TrackSchema], errors: [404] },
  { method: 'patch', path: '/api/v1/audio/tracks/{track_id}', tag: 'audio', summary: 'Rename, label, cue or bring back (`deleted_at: null`) a track, or make it the default of its kind', access: 'editor', body: TrackPatchSchema, answer: [200, TrackSchema], errors: [400, 404, 409, 422] },
  { method: 'post', path: '/api/v1/audio/tracks/{track_id}/retry', tag: 'audio', summary: 'Try music that failed once more', access: 'editor', answer: [202, TrackSchema], errors: [404, 409] },
  { method: 'delete', path: '/api/v1/audio/tracks/{track_id}', tag: 'audio', summary: 'Take a track away; `deleted_at: null` brings it back', access: 'editor', answer: [204, null], errors: [404] },
]
