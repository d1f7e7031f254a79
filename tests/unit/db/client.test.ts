import { eq, sql } from 'drizzle-orm'
import { afterEach, expect, it } from 'vitest'
import { lockInTransaction, notify, type Db } from '../../../db/client'
import { OuterQueryInTransaction } from '../../../db/guard'
import { category, organization, store, voice } from '../../../db/schema'
import { addClient, onBothDatabases, rowsOf, until } from '../../fixtures/database'

const SETTINGS = { stability: 1, similarity_boost: 0.5, style: 0.15, use_speaker_boost: true, speed: 1 }

/** The error that Postgres itself gave, below drizzle's. */
async function reasonOf(query: Promise<unknown>) {
  const error = await query.then(() => undefined, error => error)
  return error?.cause as { code: string, message: string } | undefined
}

onBothDatabases('the database', (use) => {
  afterEach(() => use().db.delete(organization))

  it('keeps jsonb as structure, instants as Date, and text as it was', async () => {
    const { db } = use()
    const client_id = await addClient(db, 'types')
    const gone_at = new Date('2026-03-29T00:59:59.123Z')
    const name = 'Ñandú «año» 🎄 \u2028 \'; drop table voice; --'
    await db.insert(voice).values({ client_id, provider: 'espeak', provider_voice_id: 'es', name, accent: 'Neutral', language: 'es', settings: SETTINGS, gone_at, gain_db: -1.25 })
    const [row] = await db.select().from(voice)
    expect(row).toMatchObject({ name, settings: SETTINGS, gone_at, gain_db: -1.25, is_default: false })
    const [kinds] = rowsOf<{ kind: string }>(await db.execute(sql`select jsonb_typeof(settings) as kind from voice`))
    expect(kinds?.kind).toBe('object')
  })

  it('makes ids that sort by time of making', async () => {
    const { db } = use()
    const client_id = await addClient(db, 'ids')
    const made = []
    for (let index = 0; index < 50; index++) {
      const [row] = await db.insert(store).values({ client_id, name: `${index}`, time_zone: 'Europe/Madrid' }).returning()
      made.push(row!.store_id)
    }
    const sorted = await db.select({ store_id: store.store_id }).from(store).orderBy(store.store_id)
    expect(sorted.map(row => row.store_id)).toEqual(made)
    expect(made.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id))).toBe(true)
  })

  it('refuses rows that point nowhere, twins and missing values, each with its code', async () => {
    const { db } = use()
    const client_id = await addClient(db, 'constraints')
    const row = { client_id, slug: 'offers', name: 'Offers', colour: '#fff', icon: 'tag' }
    await db.insert(category).values(row)
    expect(await reasonOf(db.insert(category).values(row))).toMatchObject({ code: '23505' })
    expect(await reasonOf(db.insert(category).values({ ...row, client_id: 'nobody' }))).toMatchObject({ code: '23503' })
    expect(await reasonOf(db.insert(category).values({ ...row, slug: 'x', name: null as unknown as string }))).toMatchObject({ code: '23502' })
    expect(await reasonOf(db.insert(voice).values({ client_id, provider: 'nobody' as 'espeak', provider_voice_id: 'x', name: 'x', accent: 'x', language: 'x', settings: SETTINGS }))).toMatchObject({ code: '22P02' })
  })

  it('removes a client with everything that is the client\'s, and nothing else', async () => {
    const { db } = use()
    for (const client_id of [await addClient(db, 'leaves'), await addClient(db, 'stays')]) {
      await db.insert(store).values({ client_id, name: client_id, time_zone: 'Europe/Madrid' })
    }
    await db.delete(organization).where(eq(organization.id, 'leaves'))
    expect((await db.select().from(store)).map(row => row.client_id)).toEqual(['stays'])
  })

  it('takes back a failed transaction, and only the inner one when a savepoint fails', async () => {
    const { db } = use()
    await expect(db.transaction(async (tx) => {
      await addClient(tx, 'undone')
      throw new Error('no')
    })).rejects.toThrow('no')
    await db.transaction(async (tx) => {
      await addClient(tx, 'outer')
      await expect(tx.transaction(async (inner) => {
        await addClient(inner, 'inner')
        throw new Error('no')
      })).rejects.toThrow('no')
    })
    expect((await db.select().from(organization)).map(row => row.id)).toEqual(['outer'])
  })

  it('notifies at once outside a transaction, at its commit inside, and never when it is rolled back', async () => {
    const { db, database } = use()
    const heard: string[] = []
    await database.listen('test_notify', payload => heard.push(payload))
    await notify(db, 'test_notify', 'outside')
    await until(() => heard.includes('outside'), 'the first notification')
    await db.transaction(async (tx) => {
      await notify(tx, 'test_notify', 'inside')
      await tx.execute(sql`select pg_sleep(0.1)`)
      expect(heard).toEqual(['outside'])
    })
    await db.transaction(async (tx) => {
      await notify(tx, 'test_notify', 'rolled back')
      throw new Error('no')
    }).catch(() => {})
    await notify(db, 'test_notify', 'last')
    await until(() => heard.includes('last'), 'the last notification')
    expect(heard).toEqual(['outside', 'inside', 'last'])
  })

  it('refuses a channel that the drivers would call differently, and a payload that Postgres would refuse', async () => {
    const { db, database } = use()
    await expect(database.listen('Player', () => {})).rejects.toThrow('"Player" is no name for a channel')
    await expect(notify(db, 'Player', 'x')).rejects.toThrow('"Player" is no name for a channel')
    await expect(notify(db, 'player', 'é'.repeat(4000))).rejects.toThrow('at most 7999 bytes')
    await notify(db, 'player', 'x'.repeat(7999))
  })

  it('lets one transaction at a time have a named lock', async () => {
    const { db } = use()
    let inside = 0
    let most = 0
    const enter = () => db.transaction(async (tx) => {
      await lockInTransaction(tx, 'test:lock')
      most = Math.max(most, ++inside)
      await tx.execute(sql`select pg_sleep(0.02)`)
      inside--
    })
    await Promise.all([enter(), enter(), enter(), enter()])
    expect(most).toBe(1)
  })
})

onBothDatabases('the guard of transactions', (use) => {
  const queries: [string, (db: Db) => Promise<unknown>][] = [
    ['a select', db => db.select().from(organization)],
    ['a relational query', db => db.query.organization.findMany()],
    ['an insert', db => db.insert(organization).values({ id: 'x', name: 'x', slug: 'x' })],
    ['a raw query', db => db.execute(sql`select 1`)],
    ['a count', async db => db.$count(organization)],
    ['a prepared query', db => db.select().from(organization).prepare('guarded').execute()],
    ['another transaction', db => db.transaction(tx => tx.select().from(organization))],
  ]

  it.each(queries)('stops %s on the database inside a transaction, and rolls that back', async (_, query) => {
    const { db } = use()
    const work = db.transaction(async (tx) => {
      await addClient(tx, 'rolled-back')
      await query(db)
    })
    await expect(work).rejects.toThrow(OuterQueryInTransaction)
    expect(await db.$count(organization)).toBe(0)
  })

  it.each(queries)('lets the same pass on the transaction: %s', async (_, query) => {
    const { db } = use()
    await db.transaction(async (tx) => {
      await query(tx)
      tx.rollback()
    }).catch(() => {})
    await query(db)
    await db.delete(organization)
  })

  it('reaches through calls, timers and savepoints', async () => {
    const { db } = use()
    const far = async () => {
      await new Promise(resolve => setTimeout(resolve, 5))
      return await db.select().from(organization)
    }
    await expect(db.transaction(async tx => tx.transaction(far))).rejects.toThrow(OuterQueryInTransaction)
    await expect(db.transaction(far)).rejects.toThrow('select "id", "name"')
  })

  it('lets go of work that outlives the transaction, and of everybody else', async () => {
    const { db } = use()
    let later: Promise<unknown> | undefined
    const inside = Promise.withResolvers<true>()
    const transaction = db.transaction(async (tx) => {
      await tx.execute(sql`select 1`)
      later = new Promise(resolve => setTimeout(resolve, 300)).then(() => db.select().from(organization))
      inside.resolve(true)
      await new Promise(resolve => setTimeout(resolve, 50))
    })
    await inside.promise
    const beside = db.select().from(organization).execute()
    await transaction
    await expect(beside).resolves.toEqual([])
    await expect(later).resolves.toEqual([])
  })

  it('keeps PGlite from being listened to, dumped or closed inside a transaction', async () => {
    const { db, database } = use()
    if (database.kind === 'postgres') {
      expect(database.dump).toBeUndefined()
      return
    }
    await expect(db.transaction(() => database.listen('player', () => {}))).rejects.toThrow(OuterQueryInTransaction)
    await expect(db.transaction(() => database.dump!())).rejects.toThrow(OuterQueryInTransaction)
    await expect(db.transaction(() => database.close())).rejects.toThrow(OuterQueryInTransaction)
  })
})
