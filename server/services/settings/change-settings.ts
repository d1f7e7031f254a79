import type { Db } from '../../../db/client'
import { setting } from '../../../db/schema'
import type { LookSettings, SettingName } from '../../../shared/schemas/settings'
import { useDb } from '../database'
import { Unprocessable } from '../errors'
import { changeProgrammes } from '../player/programme-change'
import { getSettings, type SettingOf } from './client-settings'

/** What players are told with their programme. */
const IN_PROGRAMMES: readonly SettingName[] = ['player', 'look', 'limits', 'calendar']

/**
 * Sets a whole page. Players hear of it at once where it concerns them.
 * @throws Unprocessable for a logo that is not the client's
 */
export async function changeSettings<Name extends SettingName>(client_id: string, name: Name, value: SettingOf<Name>): Promise<SettingOf<Name>> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    if (name === 'look') await requireOwnLogo(tx, client_id, value as LookSettings)
    await putSettings(tx, client_id, name, value)
  })
  return value
}

/** {@link changeSettings}, of what was checked already. */
export async function putSettings<Name extends SettingName>(tx: Db, client_id: string, name: Name, value: SettingOf<Name>): Promise<void> {
  await tx.insert(setting).values({ client_id, name, value })
    .onConflictDoUpdate({ target: [setting.client_id, setting.name], set: { value, updated_at: new Date() } })
  if (IN_PROGRAMMES.includes(name)) await changeProgrammes(tx, client_id)
}

/** A page of settings may keep its logo or do without; another one comes in as a picture. */
async function requireOwnLogo(tx: Db, client_id: string, { logo_sha256 }: LookSettings): Promise<void> {
  if (logo_sha256 === null || logo_sha256 === (await getSettings(client_id, 'look', tx)).logo_sha256) return
  throw new Unprocessable('logo_unknown', 'There is no such logo. Send the picture to POST /api/v1/settings/look/logo.', [{ path: 'logo_sha256', message: 'is not a logo of yours' }])
}
