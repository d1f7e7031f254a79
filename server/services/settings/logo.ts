import { and, eq, sql } from 'drizzle-orm'
import { setting } from '../../../db/schema'
import type { LookSettings } from '../../../shared/schemas/settings'
import { sniffPicture } from '../../../shared/utils/sniff-picture'
import { storeFile } from '../audio/files'
import { useDb } from '../database'
import { Unprocessable, UnsupportedMedia } from '../errors'
import { putSettings } from './change-settings'
import { getSettings } from './client-settings'

/** Largest logo, bytes. */
export const MAX_LOGO_BYTES = 512 * 1024
/** Largest side, px: a television has to unpack it. */
const MAX_SIDE_PX = 4_096
const MIN_SIDE_PX = 16

/**
 * Keeps a picture as the client's logo. Screens show it at once.
 * @param bytes at most {@link MAX_LOGO_BYTES}
 * @throws UnsupportedMedia for what is no picture, Unprocessable for one that is too large or too small
 */
export async function setLogo(client_id: string, bytes: Uint8Array): Promise<LookSettings> {
  const picture = sniffPicture(bytes)
  if (!picture) throw new UnsupportedMedia('A logo is a PNG, JPEG or WebP picture.', 'not_a_picture')
  const { width, height } = picture
  if (Math.max(width, height) > MAX_SIDE_PX || Math.min(width, height) < MIN_SIDE_PX) throw new Unprocessable('picture_size', `A logo has from ${MIN_SIDE_PX} to ${MAX_SIDE_PX} pixels a side, and this one has ${width} × ${height}.`)
  const db = await useDb()
  return db.transaction(async (tx) => {
    const logo_sha256 = await storeFile(tx, bytes, picture.content_type)
    const look = { ...await getSettings(client_id, 'look', tx), logo_sha256 }
    await putSettings(tx, client_id, 'look', look)
    return look
  })
}

/** Whether a file is the logo of a client. */
export async function isLogoOf(client_id: string, sha256: string): Promise<boolean> {
  const db = await useDb()
  return await db.$count(setting, and(eq(setting.client_id, client_id), eq(setting.name, 'look'), eq(sql`${setting.value} ->> 'logo_sha256'`, sha256))) > 0
}
