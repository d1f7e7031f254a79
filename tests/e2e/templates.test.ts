import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LibraryList } from '../../shared/schemas/library'
import type { Play } from '../../shared/schemas/player'
import type { FillResponse, Shortcut, Template } from '../../shared/schemas/template'
import { addClient, ADMIN_ENV, callerOf, good, pairPlayer, signIn, type TestClient } from '../fixtures/api'
import { startServer, type TestServer } from '../fixtures/server'

let data: string
let server: TestServer
let client: TestClient
let other: TestClient
let car: Template

const fill = (body: unknown, headers?: Record<string, string>, caller = client.editor) => caller.post<FillResponse>(`library/templates/${car.template_id}/fill`, body, headers)
const total = async () => (await good(client.owner.get<LibraryList>('library?status=all'))).total
const plays = async () => (await good(client.owner.get<{ items: Play[] }>('player/plays'))).items

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'mediaflow-templates-'))
  server = await startServer({ ...ADMIN_ENV, DATA_DIR: data })
  const admin = await signIn(server.url)
  client = await addClient(server.url, admin, 'Supermercado Sol')
  other = await addClient(server.url, admin, 'Zapatería Luna')
  const { items } = await good(client.owner.get<{ items: Template[] }>('library/templates'))
  expect(items).toHaveLength(20)
  car = items.find(template => template.shipped === 'es-car')!
  await pairPlayer(server.url, client.editor, { store_id: client.store_id })
}, 180_000)
afterAll(async () => {
  await server.stop()
  await rm(data, { recursive: true, force: true, maxRetries: 5 })
})

describe('filling a template', () => {
  it('makes the message with the words filled in, its category, and the plate read letter by letter', async () => {
    const made = await good(fill({ values: { patente: 'zq-x9 81k', color: 'rojo' } }))
    expect(made).toMatchObject({ text: 'Atención: vehículo ZQX981K, rojo, por favor mover el vehículo del estacionamiento.', status: 'ready', air: null, category: { slug: 'servicio' } })
    expect(made.spoken_text).not.toContain('ZQX981K')
    expect(made.duration_ms).toBeGreaterThan(2000)
  })

  it('says which values are wrong, and keeps nothing', async () => {
    const before = await total()
    const { status, error } = await fill({ values: { patente: '¡' } })
    expect(status).toBe(422)
    expect(error).toMatchObject({ code: 'template_values', fields: [{ path: 'values.patente' }] })
    expect((await fill({ values: { patente: 7 } })).status).toBe(400)
    expect((await fill({})).status).toBe(400)
    expect(await total()).toBe(before)
  })

  it('airs once, however often it is asked for with the same key', async () => {
    const before = [await total(), (await plays()).length] as const
    const body = { values: { patente: 'AB1234' }, air: { targets: { stores: [client.store_id] } } }
    const key = { 'idempotency-key': 'fill-once' }
    const [one, two] = await Promise.all([good(fill(body, key)), good(fill(body, key))])
    expect(two).toEqual(one)
    expect(await good(fill(body, key))).toEqual(one)
    expect(one.air).toMatchObject({ players: 1 })
    expect([await total(), (await plays()).length]).toEqual([before[0] + 1, before[1] + 1])
    expect((await fill({ ...body, values: { patente: 'AB1235' } }, key)).status).toBe(409)
  })

  it('keeps nothing when it cannot be aired', async () => {
    const before = await total()
    expect((await fill({ values: { patente: 'AB1234' }, air: { targets: { stores: [other.store_id] } } })).status).toBe(404)
    expect(await total()).toBe(before)
  })

  it('is not there for another client', async () => {
    expect((await fill({ values: { patente: 'AB1234' } }, undefined, other.editor)).status).toBe(404)
  })
})

describe('taking a template away', () => {
  const templates = async () => (await good(client.editor.get<{ items: Template[] }>('library/templates'))).items
  const shortcuts = async () => (await good(client.editor.get<{ items: Shortcut[] }>('library/shortcuts'))).items

  it('hides it everywhere, and brings it back as it was, with its buttons', async () => {
    const path = `library/templates/${car.template_id}`
    const button = await good(client.editor.post<Shortcut>('library/shortcuts', { template_id: car.template_id, title: 'Coche', icon: car.icon, colour: car.colour, store_ids: [client.store_id] }))
    const before = await templates()
    expect((await client.editor.delete(path)).status).toBe(204)
    expect(await templates()).toHaveLength(before.length - 1)
    expect(await shortcuts()).toEqual([])
    expect((await client.editor.get(path)).status).toBe(404)
    expect((await client.editor.patch(path, { title: 'x' })).status).toBe(404)
    expect((await fill({ values: { patente: 'AB1234' } })).status).toBe(404)
    expect((await other.editor.patch(path, { deleted_at: null })).status).toBe(404)
    expect(await good(client.editor.patch<Template>(path, { deleted_at: null }))).toEqual(car)
    expect(await templates()).toEqual(before)
    expect(await shortcuts()).toEqual([button])
  })

  it('brings a deleted button back as it was', async () => {
    const [button] = await shortcuts()
    const path = `library/shortcuts/${button!.shortcut_id}`
    expect((await client.editor.delete(path)).status).toBe(204)
    expect(await shortcuts()).toEqual([])
    expect((await client.editor.patch(path, { deleted_at: '2026-01-01T00:00:00Z' })).status).toBe(400)
    expect((await other.editor.patch(path, { deleted_at: null })).status).toBe(404)
    expect(await good(client.editor.patch<Shortcut>(path, { deleted_at: null }))).toEqual(button)
    expect(await shortcuts()).toEqual([button])
  })

  it('is for good for the shipped ones, whenever the server starts, until somebody asks for them', async () => {
    for (const { template_id } of await templates()) await client.editor.delete(`library/templates/${template_id}`)
    await server.stop()
    server = await startServer({ ...ADMIN_ENV, DATA_DIR: data })
    const editor = callerOf(server.url, client.editor.headers)
    expect((await good(editor.get<{ items: Template[] }>('library/templates'))).items).toEqual([])
    const { items } = await good(editor.post<{ items: Template[] }>('library/templates/restore'))
    expect(items).toHaveLength(20)
    expect(items.find(({ shipped }) => shipped === 'es-car')).toEqual(car)
  }, 120_000)
})
