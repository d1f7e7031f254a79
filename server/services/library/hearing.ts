import { and, eq, sql } from 'drizzle-orm'
import { message, messageVersion, play, track } from '../../../db/schema'
import { useDb } from '../database'

/** Whether a client may hear a file: the sound of a message, of what it was before, of a track, or of a play. */
export async function mayHear(clientId: string, sha256: string): Promise<boolean> {
  const db = await useDb()
  const known = [message, messageVersion, track, play].map(table =>
    sql`exists (select 1 from ${table} where ${and(eq(table.client_id, clientId), eq(table.sha256, sha256))})`)
  const [row] = await db.select({ yes: sql<boolean>`${sql.join(known, sql` or `)}` }).from(sql`(select 1) as one`)
  return Boolean(row?.yes)
}
