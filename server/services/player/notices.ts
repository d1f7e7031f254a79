import { z } from 'zod'
import { notify, type Db } from '../../../db/client'
import type { ServerToDashboard } from '../../../shared/protocol'

/** The one channel between instances. Only ids travel on it. */
export const LIVE_CHANNEL = 'mediaflow_live'

const NoticeSchema = z.discriminatedUnion('kind', [
  /** There is something to deliver to these players, live messages where nothing else is said; `again`: what they were told already has changed. */
  z.object({ kind: z.literal('deliver'), player_ids: z.array(z.string()), what: z.enum(['commands', 'stops']).optional(), again: z.boolean().optional() }),
  /** What this client's players are to air by themselves may have changed. */
  z.object({ kind: z.literal('programme'), client_id: z.string() }),
  /** This player is connected by that socket: any other is stale. */
  z.object({ kind: z.literal('connected'), player_id: z.string(), connection_id: z.string() }),
  /** Its tokens are void; a socket that was opened with this one is not meant. */
  z.object({ kind: z.literal('unpaired'), player_id: z.string(), but_sha256: z.string().optional() }),
  z.object({ kind: z.literal('event'), client_id: z.string(), event: z.custom<ServerToDashboard>() }),
])
export type Notice = z.infer<typeof NoticeSchema>

/** Tells every instance, this one too, when the transaction commits. */
export async function sendNotices(tx: Db, ...notices: Notice[]): Promise<void> {
  if (notices.length) await notify(tx, LIVE_CHANNEL, ...notices.map(notice => JSON.stringify(notice)))
}

/** @throws when an instance of another version has sent something else */
export const readNotice = (payload: string): Notice => NoticeSchema.parse(JSON.parse(payload))
