import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '../../../db/client'
import { setting } from '../../../db/schema'
import { SETTING_SCHEMAS, type SettingName } from '../../../shared/schemas/settings'
import { useDb } from '../database'
import { NotFound } from '../errors'

export type SettingOf<Name extends SettingName> = z.output<typeof SETTING_SCHEMAS[Name]>

/**
 * The name of a page of settings.
 * @throws NotFound
 */
export function requireSettingName(name: string): SettingName {
  if (!Object.hasOwn(SETTING_SCHEMAS, name)) throw new NotFound('There are no such settings.')
  return name as SettingName
}

/** What a client has set, with defaults for the rest; also for a value that an older version kept and this one does not know. */
export async function getSettings<Name extends SettingName>(client_id: string, name: Name, tx?: Db): Promise<SettingOf<Name>> {
  const db = tx ?? await useDb()
  const [row] = await db.select({ value: setting.value }).from(setting).where(and(eq(setting.client_id, client_id), eq(setting.name, name)))
  const kept = SETTING_SCHEMAS[name].safeParse(row?.value ?? {})
  return (kept.success ? kept.data : SETTING_SCHEMAS[name].parse({})) as SettingOf<Name>
}
