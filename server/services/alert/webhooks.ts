import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { and, asc, eq } from 'drizzle-orm'
import { webhook } from '../../../db/schema'
import type { AlertChannels, CreatedWebhook, Webhook } from '../../../shared/schemas/alert'
import { isPrivateAddress } from '../../providers/webhook/send'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { useSettings } from '../settings/env'

const MOST = 10

/** The ways by which a client's people are told. */
export async function listChannels(client_id: string): Promise<AlertChannels> {
  const db = await useDb()
  const { SMTP_URL, MAIL_FROM } = useSettings()
  const rows = await db.select().from(webhook).where(eq(webhook.client_id, client_id)).orderBy(asc(webhook.webhook_id))
  return { mail: { ready: Boolean(SMTP_URL), from: MAIL_FROM ?? null }, webhooks: rows.map(toWebhook) }
}

/**
 * Adds a webhook. The answer is the only place where its secret is ever seen.
 * @throws Unprocessable for an address of this machine's own network, Conflict when there are enough
 */
export async function createWebhook(client_id: string, { url }: { url: string }): Promise<CreatedWebhook> {
  requirePublic(url)
  const db = await useDb()
  if (await db.$count(webhook, eq(webhook.client_id, client_id)) >= MOST) throw new Conflict(`A client has at most ${MOST} webhooks.`, 'too_many_webhooks')
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const [row] = await db.insert(webhook).values({ client_id, url, secret }).returning()
  return { ...toWebhook(row!), secret }
}

/** @throws NotFound, Unprocessable */
export async function updateWebhook(client_id: string, webhook_id: string, patch: { url?: string, enabled?: boolean }): Promise<Webhook> {
  if (patch.url) requirePublic(patch.url)
  const db = await useDb()
  const [row] = await db.update(webhook).set({ ...patch, updated_at: new Date() }).where(own(client_id, webhook_id)).returning()
  if (!row) throw new NotFound()
  return toWebhook(row)
}

/** Removes a webhook with what waits for it. @throws NotFound */
export async function deleteWebhook(client_id: string, webhook_id: string): Promise<void> {
  const db = await useDb()
  const gone = await db.delete(webhook).where(own(client_id, webhook_id)).returning({ webhook_id: webhook.webhook_id })
  if (!gone.length) throw new NotFound()
}

/** What can be told by the address alone; what a name stands for is looked at whenever something is sent. */
function requirePublic(url: string): void {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (useSettings().WEBHOOK_ALLOW_PRIVATE) return
  if ((isIP(host) && isPrivateAddress(host)) || /(?:^|\.)localhost\.?$/i.test(host)) throw new Unprocessable('private_address', 'This address is in the server\'s own network (WEBHOOK_ALLOW_PRIVATE).', [{ path: 'url', message: 'must be a public address' }])
}

const own = (client_id: string, webhook_id: string) => and(eq(webhook.client_id, client_id), eq(webhook.webhook_id, webhook_id))

function toWebhook({ webhook_id, url, enabled, created_at }: typeof webhook.$inferSelect): Webhook {
  return { webhook_id, url, enabled, created_at: created_at.toISOString() }
}
