import { expect, it } from 'vitest'
import { openDatabase } from '../../../../../db/client'
import { asOnlyInstance } from '../../../../../server/services/settings/only-instance'
import { onBothDatabases } from '../../../../fixtures/database'

onBothDatabases('work for one instance', (use) => {
  it('is done, and its failure is told', async () => {
    const { database } = use()
    expect(await asOnlyInstance(database, async () => 'done')).toBe('done')
    await expect(asOnlyInstance(database, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')
    expect(await asOnlyInstance(database, async () => 'again')).toBe('again')
  })

  it('is left to the instance that is at it', async () => {
    const { database, url, dir } = use()
    if (!url) {
      // The embedded database has one instance.
      expect(await asOnlyInstance(database, () => asOnlyInstance(database, async () => 'ours'))).toBe('ours')
      return
    }
    const other = await openDatabase({ databaseUrl: url, dataDir: dir })
    let second: string | null = 'not asked'
    const first = await asOnlyInstance(database, async () => {
      second = await asOnlyInstance(other, async () => 'second')
      return 'first'
    })
    expect([first, second]).toEqual(['first', null])
    expect(await asOnlyInstance(other, async () => 'later')).toBe('later')
    await other.close()
  })
})
