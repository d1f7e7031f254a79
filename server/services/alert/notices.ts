import { and, asc, desc, eq } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { notice, organization, webhook, type alert } from '../../../db/schema'
import { WebhookBodySchema, type Notice, type WebhookBody } from '../../../shared/schemas/alert'
import type { AlertSettings } from '../../../shared/schemas/settings'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { getSettings } from '../settings/client-settings'
import { useSettings } from '../settings/env'
import { endingOf } from './ending'

/** A notice's payload is what webhooks receive, less the id, which is the notice's own. */
export const PayloadSchema = WebhookBodySchema.omit({ id: true })
type Payload = Omit<WebhookBody, 'id'>

interface Recipients {
  emails: string[]
  webhook_ids: string[]
}

const LISTED = 100

/**
 * Writes what is to be sent about an alert, in the transaction that changes it.
 * @param time_zone of the store; null: it is about no store
 */
export async function writeNotices(tx: Db, type: 'alert.opened' | 'alert.closed', row: typeof alert.$inferSelect, time_zone: string | null, { enabled, emails }: AlertSettings, now: Date): Promise<void> {
  if (!enabled) return
  const { client_id, alert_id, kind, since, opened_at, closed_at, store_id, store_name, player_id, player_name } = row
  const ending = endingOf(row)
  await write(tx, client_id, { emails, webhook_ids: await enabledWebhooks(tx, client_id) }, now, {
    type,
    alert: {
      alert_id, kind, since: since.toISOString(), opened_at: opened_at.toISOString(), closed_at: closed_at?.toISOString() ?? null,
      ...time_zone !== null && store_name !== null && { store: { store_id, name: store_name, time_zone } },
      ...player_name !== null && { player: { player_id, name: player_name } },
      ...ending && { ending },
    },
  })
}

/**
 * Sends a test to one webhook, to one of the saved e-mail addresses, or to everybody.
 * @returns how many notices were written
 * @throws NotFound for a webhook that is not the client's, Unprocessable for an address that is not saved, or when there is nobody
 */
export async function writeTest(client_id: string, { webhook_id, email }: { webhook_id?: string, email?: string }, now = new Date()): Promise<number> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    const { emails } = await getSettings(client_id, 'alerts', tx)
    const to: Recipients = webhook_id || email ? { emails: email ? [email] : [], webhook_ids: webhook_id ? [webhook_id] : [] } : { emails, webhook_ids: await enabledWebhooks(tx, client_id) }
    if (webhook_id && !await tx.$count(webhook, and(eq(webhook.client_id, client_id), eq(webhook.webhook_id, webhook_id)))) throw new NotFound()
    if (email && !emails.includes(email)) throw new Unprocessable('email_not_saved', 'Only addresses that are saved are written to.', [{ path: 'email', message: 'is not saved' }])
    const written = to.emails.length + to.webhook_ids.length
    if (!written) throw new Unprocessable('nobody_to_tell', 'There is nobody to tell: no e-mail address is saved, and there is no webhook.')
    await write(tx, client_id, to, now, { type: 'test' })
    return written
  })
}

/** The last notices, the youngest first. */
export async function listNotices(client_id: string): Promise<Notice[]> {
  const db = await useDb()
  const rows = await db.select({ notice, url: webhook.url }).from(notice).leftJoin(webhook, eq(webhook.webhook_id, notice.webhook_id))
    .where(eq(notice.client_id, client_id)).orderBy(desc(notice.created_at), desc(notice.notice_id)).limit(LISTED)
  return rows.map(toNotice)
}

/**
 * Has a notice that was given up sent once more.
 * @throws NotFound, Conflict when it waits or has arrived
 */
export async function retryNotice(client_id: string, notice_id: string, now = new Date()): Promise<Notice> {
  const db = await useDb()
  const own = and(eq(notice.client_id, client_id), eq(notice.notice_id, notice_id))
  // It is tried for another day.
  const again = await db.update(notice).set({ status: 'queued', next_at: now, attempts: 0, created_at: now }).where(and(own, eq(notice.status, 'failed'))).returning({ notice_id: notice.notice_id })
  const [row] = await db.select({ notice, url: webhook.url }).from(notice).leftJoin(webhook, eq(webhook.webhook_id, notice.webhook_id)).where(own)
  if (!row) throw new NotFound()
  if (!again.length) throw new Conflict('This notice waits to be sent, or has arrived.', 'notice_not_failed')
  return toNotice(row)
}

async function enabledWebhooks(tx: Db, client_id: string): Promise<string[]> {
  const rows = await tx.select({ webhook_id: webhook.webhook_id }).from(webhook).where(and(eq(webhook.client_id, client_id), eq(webhook.enabled, true))).orderBy(asc(webhook.webhook_id))
  return rows.map(row => row.webhook_id)
}

async function write(tx: Db, client_id: string, { emails, webhook_ids }: Recipients, now: Date, about: Pick<Payload, 'type' | 'alert'>): Promise<void> {
  const { SMTP_URL, APP_URL } = useSettings()
  const [client] = await tx.select({ name: organization.name }).from(organization).where(eq(organization.id, client_id))
  const payload: Payload = { ...about, created_at: now.toISOString(), client: { client_id, name: client?.name ?? '' }, ...APP_URL && { url: `${APP_URL}${about.alert?.ending ? '/schedules?state=expiring' : '/players'}` } }
  const common = { client_id, event: about.type, payload, next_at: now, created_at: now }
  const rows: (typeof notice.$inferInsert)[] = [
    // Said at once: nobody is to wait a day for what cannot be sent.
    ...[...new Set(emails)].map(email => ({ ...common, email, ...!SMTP_URL && { status: 'failed' as const, error: 'mail_not_set_up' } })),
    ...webhook_ids.map(webhook_id => ({ ...common, webhook_id })),
  ]
  if (rows.length) await tx.insert(notice).values(rows)
}

function toNotice({ notice: row, url }: { notice: typeof notice.$inferSelect, url: string | null }): Notice {
  const { alert: about } = PayloadSchema.parse(row.payload)
  return {
    notice_id: row.notice_id,
    to: row.email ?? url ?? '',
    channel: row.email === null ? 'webhook' : 'email',
    event: row.event as Notice['event'],
    alert_id: about?.alert_id ?? null,
    player_name: about?.player?.name ?? null,
    store_name: about?.store?.name ?? null,
    ending: about?.ending ?? null,
    kind: about?.kind ?? null,
    status: row.status,
    attempts: row.attempts,
    next_at: row.status === 'queued' ? row.next_at.toISOString() : null,
    sent_at: row.sent_at?.toISOString() ?? null,
    error: row.error,
    created_at: row.created_at.toISOString(),
  }
}
