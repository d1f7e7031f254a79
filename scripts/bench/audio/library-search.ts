import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { organization } from '../../../db/schema'
import { LibraryQuerySchema, type LibraryQueryInput } from '../../../shared/schemas/library'
import { chance } from '../../../shared/utils/chance'
import { foldedWords } from '../../../shared/utils/fold'
import { startPostgres } from '../../../tests/fixtures/postgres'
import { quantile } from '../lib/median'

const MESSAGES = 100_000
const BATCH = 2500
const ROUNDS = 20
const LIMIT_MS = 60
const CLIENT = 'bench'

const PLACES = ['la caja', 'la entrada', 'el aparcamiento', 'la sección de frutería', 'la panadería', 'la segunda planta', 'atención al cliente', 'la pescadería', 'el almacén', 'la zona infantil']
const GOODS = ['yogures', 'manzanas', 'detergente', 'aceite de oliva', 'jamón ibérico', 'pañales', 'televisores', 'zapatillas', 'galletas', 'cerveza', 'café molido', 'champú', 'neumáticos', 'juguetes', 'camisetas', 'congelados', 'lavadoras', 'vino tinto', 'flores', 'cuadernos']
const NAMES = ['María', 'José', 'Lucía', 'Andrés', 'Sofía', 'Ramón', 'Inés', 'Óscar', 'Verónica', 'Tomás', 'Raúl', 'Begoña', 'Joaquín', 'Mónica', 'Sebastián', 'Íñigo']
const CARS = ['camión blanco', 'furgón azul', 'turismo gris', 'coche rojo', 'vehículo negro', 'motocicleta amarilla']
const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'po', 'ru', 'sa', 'te', 'vi', 'xo', 'zu', 'tra', 'ple', 'cri', 'glo', 'bru']

/**
 * What a search costs with 100,000 messages on PostgreSQL: each kind of query many times, the answers as the route gives
 * them (page, total, cursor), beside a plain `like '%…%'` over title and text in the same run.
 *
 * @returns whether 95 of 100 searches are within the limit
 */
export async function bench(): Promise<boolean> {
  const postgres = await startPostgres()
  const dir = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'))
  Object.assign(process.env, { DATABASE_URL: postgres.url, DATA_DIR: dir, APP_ENV: 'test' })
  const { useDb, closeDatabase } = await import('../../../server/services/database')
  const { listMessages } = await import('../../../server/services/library/query')
  try {
    const db = await useDb()
    const started = performance.now()
    await fill(db)
    console.log(`${MESSAGES.toLocaleString('en')} messages made in ${((performance.now() - started) / 1000).toFixed(0)} s. Each query ${ROUNDS} times, limit ${LIMIT_MS} ms for 95 of 100:`)
    const all: number[] = []
    const plain: number[] = []
    for (const [name, queries] of Object.entries(QUERIES)) {
      const times: number[] = []
      let total = 0
      for (let round = -1; round < ROUNDS; round++) {
        const query = LibraryQuerySchema.parse(queries[(round + ROUNDS) % queries.length])
        const begun = performance.now()
        const answer = await listMessages(CLIENT, query)
        if (round >= 0) times.push(performance.now() - begun)
        total = answer.total
        if (query.q && query.q !== 'zzyzx' && !answer.items.length) throw new Error(`"${query.q}" found nothing.`)
      }
      all.push(...times)
      let likes = ''
      if (queries[0]!.q) {
        const own: number[] = []
        for (let round = -1; round < ROUNDS; round++) {
          const { q } = queries[(round + ROUNDS) % queries.length]!
          const begun = performance.now()
          await plainSearch(db, q!)
          if (round >= 0) own.push(performance.now() - begun)
        }
        plain.push(...own)
        likes = `; plain like: p50 ${ms(quantile(own, 0.5))}, ratio ${(quantile(own, 0.5) / quantile(times, 0.5)).toFixed(1)}`
      }
      console.log(`  ${name.padEnd(28)} p50 ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))}, found ${total}${likes}`)
    }
    const p95 = quantile(all, 0.95)
    console.log(`  all                          p50 ${ms(quantile(all, 0.5))}, p95 ${ms(p95)}; plain like: p50 ${ms(quantile(plain, 0.5))}, p95 ${ms(quantile(plain, 0.95))}, ratio of p95 ${(quantile(plain, 0.95) / p95).toFixed(1)}`)
    return p95 <= LIMIT_MS
  }
  finally {
    await closeDatabase()
    await postgres.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

const ms = (value: number) => `${value.toFixed(1)} ms`

/** What people look for, and how they scroll and filter. */
const QUERIES: Record<string, LibraryQueryInput[]> = {
  'newest, no search': [{}],
  'a filter': [{ favourite: true }, { tags: 'ofertas' }, { unused: true, min_duration_ms: 20_000 }, { source: 'uploaded' }],
  'by title': [{ sort: 'title' }, { sort: 'duration' }, { sort: 'aired' }],
  'one common word': [{ q: 'clientes' }, { q: 'oferta' }],
  'one word': [{ q: 'camión' }, { q: 'pescaderia' }, { q: 'jamón' }, { q: 'Verónica' }],
  'several words': [{ q: 'camion blanco aparcamiento' }, { q: 'maria caja' }, { q: 'oferta cafe molido' }],
  'half typed': [{ q: 'promo' }, { q: 'oferta del deter' }, { q: 'furg' }],
  'with slips': [{ q: 'promosion' }, { q: 'camoin' }, { q: 'pescadreia' }, { q: 'detegente ofeta' }],
  'a rare word': [{ q: '4711' }, { q: word(123) }, { q: word(2500) }],
  'nothing like it': [{ q: 'zzyzx' }],
  'search and filter': [{ q: 'oferta', favourite: true }, { q: 'camion', sort: 'newest', unused: true }, { q: 'jamon', tags: 'ofertas', sort: 'duration' }],
}

/** What the plain search was: every word somewhere in title or text, the newest first, and how many there are. */
async function plainSearch(db: Db, q: string): Promise<void> {
  const words = foldedWords(q).map(word => sql`translate(lower(title || ' ' || text), 'áéíóúüñ', 'aeiouun') like ${`%${word}%`}`)
  const wanted = sql`client_id = ${CLIENT} and deleted_at is null and ${sql.join(words, sql` and `)}`
  await db.execute(sql`select * from message where ${wanted} order by audio_id desc limit 25`)
  await db.execute(sql`select count(*) from message where ${wanted}`)
}

/** The messages of a busy chain, the same ones in every run: made by a generator of numbers, not by chance. */
async function fill(db: Db): Promise<void> {
  await db.insert(organization).values({ id: CLIENT, name: CLIENT, slug: CLIENT })
  const random = chance(1)
  const pick = <T>(list: T[]) => list[Math.floor(random() * list.length)]!
  const peaks = JSON.stringify(Array.from({ length: 800 }, () => Math.floor(random() * 100)))
  const vocabulary = new Set<string>()
  const begin = Date.now() - MESSAGES * 60_000
  for (let from = 0; from < MESSAGES; from += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, offset) => {
      const number = from + offset
      const { title, text } = script(number, pick, random)
      const tags = random() < 0.2 ? ['ofertas'] : random() < 0.05 ? ['urgente', 'turno'] : []
      const words = foldedWords([title, text, ...tags].join(' '))
      words.forEach(word => vocabulary.add(word))
      return {
        title, text, tags: tags.join(','), search_text: words.join(' '), duration_ms: Math.floor(3000 + random() * 30_000), is_favourite: random() < 0.05,
        source: random() < 0.1 ? 'uploaded' : 'generated', last_aired_at: random() < 0.7 ? new Date(begin + number * 60_000 + 5000).toISOString() : null,
        created_at: new Date(begin + number * 60_000).toISOString(), audio_id: idAt(begin + number * 60_000, number),
      }
    })
    await db.execute(sql`
      insert into message (audio_id, client_id, status, source, title, text, voice_name, tags, search_text, duration_ms, is_favourite, last_aired_at, created_at, peaks)
      select audio_id, ${CLIENT}, 'ready', source::message_source, title, text, 'Voz', string_to_array(tags, ','), search_text, duration_ms, is_favourite, last_aired_at, created_at, ${peaks}::jsonb
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as made (audio_id uuid, source text, title text, text text, tags text, search_text text, duration_ms int, is_favourite boolean, last_aired_at timestamptz, created_at timestamptz)`)
  }
  await db.execute(sql`insert into search_word (client_id, word) select ${CLIENT}, jsonb_array_elements_text(${JSON.stringify([...vocabulary])}::jsonb)`)
  await db.execute(sql`vacuum analyze message`)
  await db.execute(sql`analyze search_word`)
}

function script(number: number, pick: <T>(list: T[]) => T, random: () => number): { title: string, text: string } {
  const kinds = [
    () => ({ title: `Vehículo ${number}`, text: `Atención, por favor: el propietario del ${pick(CARS)} con matrícula ${1000 + Math.floor(random() * 9000)} acuda a ${pick(PLACES)}. Obstruye la salida del aparcamiento.` }),
    () => ({ title: `Oferta de ${pick(GOODS)}`, text: `Estimados clientes, hoy tenemos una oferta en ${pick(GOODS)} y ${pick(GOODS)}: la segunda unidad al ${10 * (1 + Math.floor(random() * 9))} por ciento. Búsquelos en ${pick(PLACES)}.` }),
    () => ({ title: `${pick(NAMES)}, a ${pick(PLACES)}`, text: `${pick(NAMES)}, preséntese por favor en ${pick(PLACES)}. Gracias, ${word(Math.floor(random() * 3000))}.` }),
    () => ({ title: 'Cierre', text: `Estimados clientes, cerramos en ${5 * (1 + Math.floor(random() * 12))} minutos. Pasen por caja con sus compras. Código ${word(Math.floor(random() * 3000))}.` }),
    () => ({ title: `Promoción ${pick(GOODS)}`, text: `Promoción especial de ${pick(GOODS)} sólo esta semana en ${pick(PLACES)}, ${word(Math.floor(random() * 3000))} le atiende.` }),
  ]
  return kinds[Math.floor(random() * kinds.length)]!()
}

/** One of many words that nobody knows, such as names of brands. */
function word(number: number): string {
  return [number % 20, Math.floor(number / 20) % 20, Math.floor(number / 400) % 20, (number * 7) % 20].map(n => SYLLABLES[n]).join('')
}

/** A UUIDv7 of an instant. */
function idAt(instant: number, number: number): string {
  const time = instant.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`
}
