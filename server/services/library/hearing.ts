import { and, eq, sql } from 'drizzle-orm'
import { message, play } from '../../../db/schema'
import { useDb } from '../database'

/** Whether a client may hear a file: it is the sound of one of its messages, or of a play that is still on its way. */
export async function mayHear(clientId: string, sha256: string): Promise<boolean> {
  const db = await useDb()
  const [row] = await db.select({
    yes: sql<boolean>`exists (select 1 from ${message} where ${and(eq(message.client_id, clientId), eq(message.sha256, sha256))})
      or exists (select 1 from ${play} where ${and(eq(play.client_id, clientId), eq(play.sha256, sha256))})`,
  }).from(sql`(select 1) as one`)
  return Boolean(row?.yes)
}
