import { execFileSync } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import { uuidv7 } from 'uuidv7'
import { beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { play } from '../../../../../db/schema'
import { exportPlays } from '../../../../../server/services/player/play-csv'
import { PlayExportQuerySchema, type PlayQueryInput } from '../../../../../shared/schemas/player'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

const READ = 'import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode("utf-8-sig"), newline="")))))'
/** As another program reads it. */
const read = (csv: Buffer) => JSON.parse(execFileSync('python3', ['-c', READ], { input: csv, encoding: 'utf8', maxBuffer: 256_000_000 })) as string[][]

onBothDatabases('the play log as CSV', (use) => {
  let db: Db
  beforeAll(() => {
    db = use().db
    opened.db = db
  })
  const common = { sha256: 'a'.repeat(64), duration_ms: 3000, title: 'Cierre', text: 'Cerramos.', priority: 'live', on_busy: 'after_current', player_name: 'TV', store_name: 'Centro', expires_at: new Date() } as const
  const csvOf = async (client_id: string, query: PlayQueryInput & { language?: 'es' | 'en' } = {}) => buffer(await exportPlays(client_id, PlayExportQuerySchema.parse(query)))
  /** Rows by the names of their columns. */
  const rowsOf = ([header, ...rows]: string[][]) => rows.map(row => Object.fromEntries(row.map((cell, at) => [header![at]!, cell])))

  it('is read by another program as it was meant, in the store’s own time, and starts no formula', async () => {
    const client_id = await addClient(db, 'shop')
    const store_id = await addStore(db, client_id, 'America/Santiago')
    await db.insert(play).values([
      {
        ...common, client_id, store_id, title: 'Dos "por" uno; oferta, hoy', text: 'Primera línea\nsegunda', due_at: new Date('2026-11-20T13:00:00Z'), status: 'played', priority: 'scheduled',
        started_at: new Date('2026-11-20T13:00:01.540Z'), ended_at: new Date('2026-11-20T13:00:05Z'), heard_ms: 3460, repeats: 2, level_db: -18.5,
      },
      { ...common, client_id, title: '=HYPERLINK("http://x")', text: '@SUM(A1)', store_name: '+1', player_name: '-2', status: 'skipped', reason: 'preempted', reason_by: 'Fuego', created_at: new Date('2026-11-20T12:00:00Z') },
    ])
    const csv = await csvOf(client_id, { language: 'es', time_zone: 'Europe/Madrid' })
    expect([...csv.subarray(0, 3)]).toEqual([0xEF, 0xBB, 0xBF])
    const [heard, missed] = rowsOf(read(csv))
    expect(heard).toMatchObject({
      'Tocaba (hora local)': '2026-11-20 10:00:00', 'Se oyó (hora local)': '2026-11-20 10:00:01', 'Zona horaria': 'America/Santiago', 'Tocaba (UTC)': '2026-11-20T13:00:00.000Z',
      'Retraso (s)': '1.5', 'Mensaje': 'Dos "por" uno; oferta, hoy', 'Texto': 'Primera línea\nsegunda', 'Tipo': 'Programado', 'Resultado': 'Se oyó', 'Motivo': '', 'Sonó (s)': '3.46', 'Veces': '2', 'Nivel (dB)': '-18.5',
    })
    expect(missed).toMatchObject({
      'Tocaba (hora local)': '2026-11-20 13:00:00', 'Zona horaria': 'Europe/Madrid', 'Se oyó (hora local)': '', 'Mensaje': '\'=HYPERLINK("http://x")', 'Texto': '\'@SUM(A1)', 'Tienda': '\'+1', 'Reproductor': '\'-2',
      'Tipo': 'En directo', 'Resultado': 'No se oyó', 'Motivo': 'Otro mensaje tenía prioridad', 'Quién o qué': 'Fuego',
    })
    expect(rowsOf(read(await csvOf(client_id, { language: 'en', result: 'heard' })))).toMatchObject([{ Message: 'Dos "por" uno; oferta, hoy', Result: 'Heard', Kind: 'Scheduled' }])
  })

  it('has nothing but its header where nothing was found', async () => {
    const client_id = await addClient(db, 'quiet')
    expect(read(await csvOf(client_id))).toHaveLength(1)
  })

  it('gives every row of many once, in order, a page at a time', async () => {
    const client_id = await addClient(db, 'chain')
    const rows = Array.from({ length: 10_500 }, (_, at) => ({ ...common, play_id: uuidv7(), client_id, title: `Mensaje ${at}`, created_at: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 7) * 1000) }))
    for (let at = 0; at < rows.length; at += 1500) await db.insert(play).values(rows.slice(at, at + 1500))
    const stream = await exportPlays(client_id, PlayExportQuerySchema.parse({}))
    // Nobody reads yet: it waits, having read no more than it may hold.
    await new Promise(done => setTimeout(done, 300))
    expect(stream.readableLength).toBeLessThan(100_000)
    const titles = rowsOf(read(await buffer(stream))).map(row => row.Mensaje)
    expect(titles).toHaveLength(rows.length)
    expect(new Set(titles).size).toBe(rows.length)
    expect(titles[0]).toBe(`Mensaje ${rows.length - 1}`)
  })
})
