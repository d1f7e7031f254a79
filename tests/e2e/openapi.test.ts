import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../shared/utils/openapi'
import { root } from '../../scripts/lib/project.mjs'
import { callerOf, good } from '../fixtures/api'
import { startServer, type TestServer } from '../fixtures/server'

interface Operation {
  operationId: string
  summary: string
  parameters?: { name: string, in: string, required?: boolean, schema: unknown }[]
  responses: Record<string, { description: string, content?: Record<string, { schema: unknown }> }>
  security: Record<string, string[]>[]
}

let server: TestServer
let document: OpenApiDocument & { components: { schemas: Record<string, unknown>, securitySchemes: Record<string, unknown> }, paths: Record<string, Record<string, Operation>> }

beforeAll(async () => {
  server = await startServer()
  document = await good(callerOf(server.url).get<typeof document>('openapi.json'))
})
afterAll(() => server.stop())

const operations = () => Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: `${method.toUpperCase()} ${path}` })))

/** The routes as the files name them: `pairings/[pairing_id].get.ts` is `GET /…/pairings/{pairing_id}`. */
function routeFiles(): string[] {
  const found = [['server/api/v1', '/api/v1'], ['server/routes/media', '/media'], ['server/routes/feeds', '/feeds']].flatMap(([folder, prefix]) =>
    readdirSync(join(root, folder!), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map((entry) => {
      const file = join(entry.parentPath, entry.name).slice(join(root, folder!).length)
      const [, path, method] = /^(.+?)(?:\.(get|post|put|patch|delete))?\.ts$/.exec(file)!
      return `${(method ?? 'all').toUpperCase()} ${prefix}${path!.replace(/\/index$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`
    }))
  return found.map(route => route.replace('/media/{file}', '/media/{sha256}.mp3').replace('/feeds/{file}', '/feeds/{token}.ics')).sort()
}

describe('the OpenAPI document', () => {
  it('has every route that there is, and no other', () => {
    expect(operations().map(({ name }) => name).sort()).toEqual(routeFiles())
  })

  it('is OpenAPI 3.1 of this product', () => {
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\.\d+$/), info: { title: 'MediaFlow', version: expect.stringMatching(/^\d+\.\d+\.\d+/) } })
  })

  it('points at nothing that is missing', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1]!)
    expect(refs.length).toBeGreaterThan(20)
    const missing = refs.filter(ref => ref.replace(/^#\//, '').split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document) === undefined)
    expect(missing).toEqual([])
  })

  it('tells each operation apart, in words, with who may call it', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { name, operation } of operations()) {
      expect(operation.summary.length, name).toBeGreaterThan(5)
      expect(operation, name).toHaveProperty('x-access', expect.any(String))
      for (const scheme of operation.security.flatMap(Object.keys)) expect(document.components.securitySchemes, name).toHaveProperty(scheme)
    }
  })

  it('declares the parameters that are in its paths, and no others', () => {
    for (const { path, name, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
      const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
      expect(declared.map(parameter => parameter.name), name).toEqual(inPath)
      expect(declared.every(parameter => parameter.required), name).toBe(true)
    }
  })

  it('describes every answer, errors in their one shape', () => {
    for (const { name, operation } of operations()) {
      const statuses = Object.keys(operation.responses)
      expect(statuses.filter(status => status.startsWith('2')), name).toHaveLength(1)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${name} ${status}`).toBeTruthy()
        if (Number(status) >= 400) expect(response.content?.['application/json']?.schema, `${name} ${status}`).toEqual({ $ref: '#/components/schemas/Error' })
        // What the tus protocol answers stands in headers.
        else if (status !== '204' && !name.includes('/tus')) expect(Object.keys(response.content ?? {}), `${name} ${status}`).toHaveLength(1)
      }
    }
  })
})
