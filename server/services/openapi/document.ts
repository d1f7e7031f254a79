import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { version } from '../../../package.json'
import { ErrorBodySchema } from '../../../shared/schemas/common'
import { alertRoutes } from './alert'
import { audioRoutes, libraryRoutes } from './audio'
import { clientRoutes } from './client'
import { jingleRoutes } from './jingle'
import { playerRoutes, settingsRoutes } from './player'
import { scheduleRoutes } from './schedule'
import { templateRoutes } from './templates'
import type { Access, RouteDoc } from './types'
import { uploadRoutes } from './uploads'

/** Every route that the product promises. */
export const ROUTES: readonly RouteDoc[] = [...audioRoutes, ...jingleRoutes, ...libraryRoutes, ...templateRoutes, ...uploadRoutes, ...scheduleRoutes, ...clientRoutes, ...playerRoutes, ...alertRoutes, ...settingsRoutes]

const SESSION = { session: [] }
const API_KEY = { api_key: [] }
const PLAYER = { player_token: [] }

const SECURITY: Record<Access, Record<string, string[]>[]> = {
  public: [],
  person: [SESSION],
  admin: [SESSION],
  viewer: [SESSION, API_KEY],
  editor: [SESSION, API_KEY],
  owner: [SESSION, API_KEY],
  player: [PLAYER],
  pairing: [{ pairing_secret: [] }],
  member_or_player: [SESSION, API_KEY, PLAYER],
}

const ERRORS: Record<number, string> = {
  400: 'Malformed: `fields` says where',
  401: 'Nobody is signed in, or the key or token is not known',
  403: 'This role may not do it',
  404: 'There is no such thing, or it belongs to another client',
  409: 'It clashes with what is there',
  413: 'Larger than allowed',
  415: 'A kind of content that is not taken here',
  416: 'The range is outside of the file',
  422: 'Well formed, but impossible',
  429: 'Too often: `Retry-After` says when',
  502: 'A vendor failed',
  503: 'A part of the server does not work',
  504: 'A vendor did not answer in time',
}

let document: ReturnType<typeof createDocument> | undefined

/** The OpenAPI 3.1 document, made from the very schemas that check requests. */
export function openApiDocument() {
  document ??= createDocument({
    openapi: '3.1.0',
    info: { title: 'MediaFlow', version, description: 'Spoken announcements for stores. Errors are `{ error: { code, message, fields?, request_id } }`. Sign in at `POST /api/auth/sign-in/email { email, password }`, or send an API key.' },
    paths: paths(),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'mediaflow.session_token' },
        api_key: { type: 'http', scheme: 'bearer', description: 'An API key of a client, made under Settings' },
        player_token: { type: 'http', scheme: 'bearer', description: 'The token of a paired player' },
        pairing_secret: { type: 'http', scheme: 'bearer', description: 'The secret that came with the pairing code' },
      },
    },
  })
  return document
}

function paths(): ZodOpenApiPathsObject {
  const all: ZodOpenApiPathsObject = {}
  for (const route of ROUTES) all[route.path] = { ...all[route.path], [route.method]: operation(route) }
  return all
}

function operation(route: RouteDoc): ZodOpenApiOperationObject {
  const [status, body] = route.answer
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
  const access = route.access === 'public' ? [] : route.access === 'player' || route.access === 'pairing' ? [401] : [401, 403]
  return {
    operationId: `${route.method}_${route.path.replace(/^\/api\/v1/, '').replace(/\W+/g, '_').replace(/^_|_$/g, '')}`,
    tags: [route.tag],
    summary: route.summary,
    security: route.person_only ? [SESSION] : SECURITY[route.access],
    ...{ 'x-access': route.access },
    requestParams: {
      ...(names.length && { path: z.object(Object.fromEntries(names.map(name => [name, z.string()]))) }),
      ...(route.query && { query: route.query }),
      ...(route.repeatable && { header: z.object({ 'idempotency-key': z.string().max(128).optional().meta({ description: 'The same key with the same body is done once, and answered alike' }) }) }),
    },
    ...(route.form && { requestBody: { required: true, content: { 'multipart/form-data': { schema: route.form } } } }),
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: {
      [status]: {
        description: 'Good',
        ...(body && { content: typeof body === 'string' ? { [body]: { schema: { type: 'string' as const, format: 'binary' } } } : { 'application/json': { schema: body } } }),
      },
      ...Object.fromEntries([...new Set([...access, ...(route.repeatable ? [409] : []), ...(route.errors ?? [])])].sort().map(code => [code, {
        description: ERRORS[code]!,
        content: { 'application/json': { schema: ErrorBodySchema } },
      }])),
    },
  }
}
