import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm'
import { notice, webhook } from '../../../db/schema'
import { createMailer, MailFailed, type Mailer } from '../../providers/mail/smtp'
import { callWebhook, WebhookFailed } from '../../providers/webhook/send'
import { useDb } from '../database'
import { createDrain } from '../drain'
import { useLogger } from '../logger'
import { publish } from '../player/live'
import { useSettings } from '../settings/env'
import { mailOf } from './mail-text'
import { PayloadSchema } from './notices'

type Row = typeof notice.$inferSelect

/** So many are sent at a time: one that is slow keeps few waiting. */
const AT_ONCE = 10
/** Whoever has not said by then what became of it is dead, ms: longer than any way of sending takes. */
const LEASE_MS = 90_000
const FIRST_RETRY_MS = 30_000
const LONGEST_RETRY_MS = 2 * 3_600_000
const GIVEN_UP_MS = 24 * 3_600_000

/** Sends what waits. */
const queue = createDrain(async () => await sendDue() > 0)

/** Makes true: nothing that is due waits. Safe to run in several instances at once: each notice is sent by the one that claims it. */
export const drainNotices = queue.drain
/** Ends the sending of this instance; what is left is sent by the next that looks. */
export async function stopNotices(): Promise<void> {
  await queue.stop()
  mailer?.close()
}

/**
 * Sends some of what is due. A notice that is claimed waits until its sender must have died; then it is sent again, under
 * the same id.
 * @param now for tests
 * @returns how many were tried
 */
export async function sendDue(now = new Date()): Promise<number> {
  const db = await useDb()
  const due = db.select({ notice_id: notice.notice_id }).from(notice).where(and(eq(notice.status, 'queued'), lte(notice.next_at, now)))
    .orderBy(asc(notice.next_at)).limit(AT_ONCE).for('update', { skipLocked: true })
  const claimed = await db.update(notice).set({ attempts: sql`${notice.attempts} + 1`, next_at: new Date(now.getTime() + LEASE_MS) })
    .where(inArray(notice.notice_id, due)).returning()
  await Promise.all(claimed.map(row => sendOne(row, now)))
  return claimed.length
}

/** How long to wait after so many tries, ms: doubling, and spread, so that a receiver which comes back is not met by everything at once. */
export function retryAfter(attempts: number, random = Math.random()): number {
  return Math.round(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)) * (0.75 + random / 2))
}

async function sendOne(row: Row, now: Date): Promise<void> {
  try {
    await deliver(row, now)
    await settle(row, { status: 'sent', sent_at: now, error: null })
  }
  catch (error) {
    const known = error instanceof WebhookFailed || error instanceof MailFailed
    if (!known) useLogger('alert').error({ err: error, notice_id: row.notice_id }, 'a notice was not sent')
    const next_at = new Date(now.getTime() + retryAfter(row.attempts))
    const hopeless = (error instanceof MailFailed && error.permanent) || (error instanceof WebhookFailed && error.code === 'http_410')
    const given_up = hopeless || next_at.getTime() > row.created_at.getTime() + GIVEN_UP_MS
    await settle(row, { status: given_up ? 'failed' : 'queued', next_at, error: known ? error.code : 'internal' })
  }
}

async function deliver(row: Row, now: Date): Promise<void> {
  const { WEBHOOK_ALLOW_PRIVATE } = useSettings()
  const payload = PayloadSchema.parse(row.payload)
  if (row.email !== null) return await useMailer().send({ to: row.email, id: row.notice_id, ...mailOf(payload) })
  const db = await useDb()
  const [target] = await db.select({ url: webhook.url, secret: webhook.secret }).from(webhook).where(eq(webhook.webhook_id, row.webhook_id!))
  if (!target) return
  await callWebhook({ ...target, id: row.notice_id, body: JSON.stringify({ id: row.notice_id, ...payload }), allow_private: WEBHOOK_ALLOW_PRIVATE, now })
}

/** Notes what became of it, unless somebody else has taken it over. */
async function settle(row: Row, set: Partial<Row>): Promise<void> {
  const db = await useDb()
  await db.update(notice).set(set).where(and(eq(notice.notice_id, row.notice_id), eq(notice.attempts, row.attempts), eq(notice.status, 'queued')))
  const about = PayloadSchema.parse(row.payload).alert
  // Without an alert it is a test: whoever sent it hears of it by the same news.
  await publish(db, row.client_id, { type: 'alert_changed', alert_id: about?.alert_id ?? row.notice_id })
}

let mailer: Mailer | undefined

function useMailer(): Mailer {
  const { SMTP_URL, MAIL_FROM } = useSettings()
  if (!SMTP_URL || !MAIL_FROM) throw new MailFailed('mail_not_set_up', true)
  mailer ??= createMailer(SMTP_URL, MAIL_FROM)
  return mailer
}
