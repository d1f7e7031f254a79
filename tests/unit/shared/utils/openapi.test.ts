import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../../../server/services/openapi/document'
import { type OpenApiDocument, readOpenApi } from '../../../../shared/utils/openapi'

const document: OpenApiDocument = {
  info: { title: 'x', version: '1' },
  components: {
    schemas: {
      Voice: { type: 'object', required: ['voice_id'], properties: { voice_id: { type: 'string', format: 'uuid' }, settings: { type: 'object', properties: { speed: { type: 'number', minimum: 0.7, maximum: 1.2, default: 1 } } } } },
      Tree: { type: 'object', properties: { child: { $ref: '#/components/schemas/Tree' } } },
    },
  },
  paths: {
    '/api/v1/voices': {
      get: {
        'tags': ['audio'], 'summary': 'Voices. The default one first; see `q`.', 'x-access': 'viewer',
        'parameters': [{ name: 'q', in: 'query', schema: { type: 'string', maxLength: 200 }, description: 'Words' }],
        'responses': {
          200: { description: 'Good', content: { 'application/json': { schema: { type: 'object', required: ['items'], properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Voice' } }, next: { anyOf: [{ type: 'string' }, { type: 'null' }] } } } } } },
          401: { description: 'Nobody' },
        },
      },
      post: {
        'tags': ['audio'], 'x-access': 'editor',
        'requestBody': { content: { 'application/json': { schema: { type: 'object', required: ['text', 'kind', 'ids'], properties: { text: { type: 'string' }, kind: { enum: ['a', 'b'] }, ids: { type: 'array', items: { type: 'string', format: 'uuid' }, minItems: 1 }, optional: { type: 'string' } } } } } },
        'responses': { 201: { description: 'Made', content: { 'application/json': { schema: { $ref: '#/components/schemas/Tree' } } } } },
      },
    },
    '/media/{sha256}.mp3': { get: { 'tags': ['library'], 'x-access': 'public', 'responses': { 200: { description: 'Sound', content: { 'audio/mpeg': { schema: { type: 'string', format: 'binary' } } } } } } },
  },
}
const groups = readOpenApi(document, 'http://shop.example')
const [get, post] = groups[0]!.routes

describe('readOpenApi', () => {
  it('groups routes by tag, in order', () => {
    expect(groups.map(({ tag, routes }) => [tag, routes.map(({ method, path }) => `${method} ${path}`)])).toEqual([
      ['audio', ['GET /api/v1/voices', 'POST /api/v1/voices']],
      ['library', ['GET /media/{sha256}.mp3']],
    ])
  })

  it('makes a title and a description of a long summary', () => {
    expect([get!.summary, get!.description]).toEqual(['Voices', 'The default one first; see `q`.'])
    expect([post!.summary, post!.description]).toEqual(['', undefined])
  })

  it('takes summaries in another language, and the document\'s own where there is none', () => {
    const [audio] = readOpenApi(document, 'http://shop.example', { 'GET /api/v1/voices': 'Las voces. Primero la predeterminada.' })
    expect(audio!.routes.map(({ summary, description }) => [summary, description])).toEqual([['Las voces', 'Primero la predeterminada.'], ['', undefined]])
  })

  it('names parameters, access and errors', () => {
    expect(get!.parameters).toEqual([{ name: 'q', in: 'query', type: 'string', required: false, limits: ['≤ 200'], description: 'Words', depth: 0 }])
    expect([get!.access, get!.errors]).toEqual(['viewer', [{ status: '401', description: 'Nobody' }]])
  })

  it('follows references into lists and objects, with limits and defaults', () => {
    expect(get!.answer.fields.map(({ name, type, limits, required, depth }) => [name, type, limits, required, depth])).toEqual([
      ['items', 'Voice[]', [], true, 0],
      ['items[].voice_id', 'uuid', [], true, 1],
      ['items[].settings', 'object', [], false, 1],
      ['items[].settings.speed', 'number', ['≥ 0.7', '≤ 1.2', '= 1'], false, 2],
      ['next', 'string | null', [], false, 0],
    ])
  })

  it('ends where a schema contains itself', () => {
    expect(post!.answer.fields.map(({ name }) => name)).toEqual(['child', 'child.child', 'child.child.child'])
  })

  it('shows a curl with what is needed and nothing else', () => {
    expect(post!.curl).toContain('curl -X POST \'http://shop.example/api/v1/voices\'')
    expect(post!.curl).toContain('"Authorization: Bearer $API_KEY"')
    const body = /-d '(.*)'$/.exec(post!.curl)![1]!
    expect(Object.keys(JSON.parse(body))).toEqual(['text', 'kind', 'ids'])
    expect(JSON.parse(body)).toMatchObject({ kind: 'a', ids: [expect.stringMatching(/^[0-9a-f-]{36}$/)] })
    expect(groups[1]!.routes[0]!.curl).toBe('curl \'http://shop.example/media/{sha256}.mp3\'')
  })

  it('names the kind of an answer that is not JSON', () => {
    expect(groups[1]!.routes[0]!.answer).toEqual({ status: '200', type: 'audio/mpeg', fields: [] })
  })

  it('lays out the document of this server: every route has a summary, an answer and an id of its own', () => {
    const own = openApiDocument() as unknown as OpenApiDocument
    const routes = readOpenApi(own, 'http://shop.example').flatMap(group => group.routes)
    const expected = Object.values(own.paths!).reduce((sum, operations) => sum + Object.keys(operations).length, 0)
    expect(routes).toHaveLength(expected)
    expect(new Set(routes.map(({ id }) => id)).size).toBe(expected)
    for (const route of routes) {
      expect(route.summary, route.id).not.toBe('')
      expect(route.answer.status, route.id).toMatch(/^2/)
    }
    const generate = routes.find(({ path, method }) => path === '/api/v1/audio/generate' && method === 'POST')!
    expect(generate.request.map(({ name }) => name)).toEqual(expect.arrayContaining(['text', 'voice_id', 'voice_settings.speed']))
    expect(generate.answer.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['audio_id', 'audio_url', 'lufs']))
  })
})
