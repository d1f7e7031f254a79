import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { randomUUID } from 'node:crypto'
import type { Db } from '../../../../../db/client'
import { setting, store } from '../../../../../db/schema'
import { holidaysOf, listHolidayRegions, listHolidays } from '../../../../../server/services/schedule/holidays'
import { CalendarSettingsSchema } from '../../../../../shared/schemas/settings'
import { addClient, onBothDatabases } from '../../../../fixtures/database'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db }))

it('names countries and regions in the language that is asked for, in its order', async () => {
  const { items } = await listHolidayRegions('es')
  const spain = items.find(country => country.region === 'ES')!
  expect(spain).toMatchObject({ name: 'España', regions: expect.arrayContaining([{ region: 'ES-MD', name: 'Comunidad de Madrid' }]) })
  expect(items.find(country => country.region === 'DE')!.name).toBe('Alemania')
  expect((await listHolidayRegions('en')).items.find(country => country.region === 'DE')!.name).toBe('Germany')
  expect(items.length).toBeGreaterThan(150)
  const names = items.map(country => country.name)
  expect(names).toEqual(names.toSorted(new Intl.Collator('es').compare))
})

it('has a holiday of several days on each of them, and none that begins at noon', async () => {
  const calendar = CalendarSettingsSchema.parse({})
  const emirates = await holidaysOf('AE', calendar, [2026])
  expect([...emirates].filter(([, keys]) => keys.includes('AE 1 Shawwal P3D')).map(([day]) => day)).toEqual(['2026-03-20', '2026-03-21', '2026-03-22'])
  const guatemala = await holidaysOf('GT', calendar, [2026])
  expect([guatemala.has('2026-12-24'), guatemala.has('2026-12-25')]).toEqual([false, true])
})

onBothDatabases('holidays', (use) => {
  let db: Db
  let shop: string
  beforeAll(() => {
    db = use().db
    opened.db = db
  })
  beforeEach(async () => {
    shop = await addClient(db, randomUUID())
  })

  it('are those of the client\'s stores and its own where no region is named', async () => {
    await db.insert(setting).values({ client_id: shop, name: 'calendar', value: { holiday_region: 'ES-MD', holidays: [{ name: 'Aniversario', date: '04-08' }, { name: 'Una vez', date: '2026-06-01' }, { name: 'Bisiesto', date: '02-29' }] } })
    await db.insert(store).values({ client_id: shop, name: 'Barcelona', time_zone: 'Europe/Madrid', holiday_region: 'ES-CT' })
    const { items } = await listHolidays(shop, { year: 2027, language: 'es' })
    const on = (date: string) => items.filter(holiday => holiday.date === date).map(holiday => holiday.name)
    expect(on('2027-01-01')).toEqual(['Año Nuevo'])
    expect(on('2027-04-08')).toEqual(['Aniversario'])
    // Of Madrid, and of Catalonia.
    expect([on('2027-05-03').length + on('2027-05-02').length > 0, on('2027-09-11').length]).toEqual([true, 1])
    expect([on('2027-06-01'), on('2027-03-01'), on('2027-02-29')]).toEqual([[], [], []])
    expect(items.map(holiday => holiday.date)).toEqual(items.map(holiday => holiday.date).toSorted())
    expect((await listHolidays(shop, { year: 2028 })).items.filter(holiday => holiday.name === 'Bisiesto')).toMatchObject([{ date: '2028-02-29', key: 'own Bisiesto' }])
  })

  it('are those of a region alone where one is named', async () => {
    await db.insert(setting).values({ client_id: shop, name: 'calendar', value: { holidays: [{ name: 'Aniversario', date: '04-08' }] } })
    const { items } = await listHolidays(shop, { year: 2027, region: 'DE-BY', language: 'de' })
    expect(items.map(holiday => holiday.name)).toContain('Fronleichnam')
    expect(items.map(holiday => holiday.name)).not.toContain('Aniversario')
    expect((await listHolidays(shop, { year: 2027 })).items).toMatchObject([{ name: 'Aniversario' }])
    await expect(listHolidays(shop, { region: 'XX' })).rejects.toMatchObject({ status: 422, code: 'holiday_region_unknown', fields: [{ path: 'region' }] })
  })
})
