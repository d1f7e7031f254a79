import { and, asc, eq, isNotNull, isNull, lt, max, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { lockInTransaction, type Db } from '../../../db/client'
import { category, jinglePreset, shortcut, template, voice } from '../../../db/schema'
import { BIN_DAYS } from '../../../shared/schemas/library'
import type { FillRequestSchema, FillResponse, NewTemplateSchema, Template, TemplatePatchSchema } from '../../../shared/schemas/template'
import { fieldsOf, fillForSpeech, fillTemplate, TEMPLATE_PROBLEMS } from '../../../shared/utils/template'
import { makeMessage, type GenerateOptions } from '../audio/generate'
import { listPresets } from '../audio/jingle-presets'
import { readFor } from '../audio/reading'
import { listVoices, requireVoice } from '../audio/voices'
import { useDb } from '../database'
import { NotFound, Unprocessable } from '../errors'
import { earlierAnswer } from '../idempotency'
import { airMessage, type AirOptions } from '../player/air'
import { publish } from '../player/live'
import { addShippedTemplates } from './shipped-templates'

/** More than this nobody finds anything in. */
const MOST = 200

/** The client's templates in their order, in every language. */
export async function listTemplates(client_id: string, tx?: Db): Promise<Template[]> {
  const db = tx ?? await useDb()
  const rows = await db.select().from(template).where(and(eq(template.client_id, client_id), present)).orderBy(asc(template.position), asc(template.template_id))
  return rows.map(toTemplate)
}

/** @throws NotFound when the client has no such template */
export async function requireTemplate(client_id: string, template_id: string, tx?: Db): Promise<Template> {
  const db = tx ?? await useDb()
  const [row] = await db.select().from(template).where(and(own(client_id, template_id), present))
  if (!row) throw notFound()
  return toTemplate(row)
}

/**
 * Adds a template at the end; blanks that nobody described are described by a guess.
 * @throws NotFound for a category, voice or recipe that is not the client's; Unprocessable when there are too many
 */
export async function createTemplate(tx: Db, client_id: string, values: z.output<typeof NewTemplateSchema>): Promise<Template> {
  await requireParts(tx, client_id, values)
  await lockInTransaction(tx, `templates:${client_id}`)
  await requireRoom(tx, client_id)
  const [last] = await tx.select({ position: max(template.position) }).from(template).where(eq(template.client_id, client_id))
  const [row] = await tx.insert(template).values({ ...values, fields: fieldsOf(values.text, values.fields), client_id, position: (last?.position ?? -1) + 1 }).returning()
  await publish(tx, client_id, { type: 'library_changed' })
  return toTemplate(row!)
}

/**
 * Changes what is named in the patch; `deleted_at: null` brings a template back, and with it the buttons that open it.
 * @throws NotFound for one that is not the client's, or that is deleted and stays so; Unprocessable when there are too many
 */
export async function updateTemplate(client_id: string, template_id: string, patch: z.output<typeof TemplatePatchSchema>): Promise<Template> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await requireParts(tx, client_id, patch)
    await lockInTransaction(tx, `templates:${client_id}`)
    const [before] = await tx.select().from(template).where(own(client_id, template_id))
    if (!before || (before.deleted_at && patch.deleted_at === undefined)) throw notFound()
    if (before.deleted_at) await requireRoom(tx, client_id)
    const fields = fieldsOf(patch.text ?? before.text, patch.fields ?? before.fields)
    const [row] = await tx.update(template).set({ ...patch, fields, updated_at: new Date() }).where(own(client_id, template_id)).returning()
    await publish(tx, client_id, { type: 'library_changed' })
    return toTemplate(row!)
  })
}

/**
 * Takes a template away, and with it the buttons that open it; `updateTemplate` with `deleted_at: null` brings all of them back.
 * @throws NotFound
 */
export async function deleteTemplate(client_id: string, template_id: string): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const gone = await tx.update(template).set({ deleted_at: new Date() }).where(and(own(client_id, template_id), present)).returning({ template_id: template.template_id })
    if (!gone.length) throw notFound()
    await publish(tx, client_id, { type: 'library_changed' })
  })
}

/**
 * Makes true: no template or button that was deleted is kept for longer than the bin keeps messages. The shipped ones stay
 * as deleted, so that nobody is given again what they did not want. Safe to run twice.
 */
export async function forgetDeletedTemplates(now = new Date()): Promise<void> {
  const db = await useDb()
  const limit = new Date(now.getTime() - BIN_DAYS * 86_400_000)
  await db.delete(template).where(and(lt(template.deleted_at, limit), isNull(template.shipped)))
  await db.delete(shortcut).where(lt(shortcut.deleted_at, limit))
}

/** Puts the templates in this order; those that are not named come after them. @throws NotFound for one that is not the client's */
export async function orderTemplates(client_id: string, template_ids: string[]): Promise<Template[]> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `templates:${client_id}`)
    const before = (await listTemplates(client_id, tx)).map(row => row.template_id)
    const wanted = [...new Set(template_ids)]
    if (wanted.some(id => !before.includes(id))) throw notFound()
    const order = [...wanted, ...before.filter(id => !wanted.includes(id))]
    if (order.length) {
      const places = sql.join(order.map((id, place) => sql`(${id}::uuid, ${place}::int)`), sql`, `)
      await tx.execute(sql`update template set position = ordered.place from (values ${places}) as ordered (template_id, place) where template.template_id = ordered.template_id and client_id = ${client_id}`)
    }
    await publish(tx, client_id, { type: 'library_changed' })
    return listTemplates(client_id, tx)
  })
}

/** Brings back the shipped templates that were deleted; those that are there, changed or not, stay. */
export async function restoreTemplates(client_id: string): Promise<Template[]> {
  const db = await useDb()
  return db.transaction(async (tx) => {
    await tx.update(template).set({ deleted_at: null }).where(and(eq(template.client_id, client_id), isNotNull(template.shipped), isNotNull(template.deleted_at)))
    await addShippedTemplates(tx, client_id)
    await publish(tx, client_id, { type: 'library_changed' })
    return listTemplates(client_id, tx)
  })
}

export interface FillOptions extends Omit<GenerateOptions, 'request' | 'user_id'> {
  user: AirOptions['user']
  template_id: string
  request: z.output<typeof FillRequestSchema>
}

/**
 * A template with its blanks filled in, as a finished message; sent to players in the same act where that is asked for.
 * @throws Unprocessable that names the values that are wrong, and whatever generating and airing throw
 */
export async function fillAndGenerate({ client_id, user, template_id, request, repeatable, ...options }: FillOptions): Promise<FillResponse> {
  const before = await earlierAnswer<FillResponse>(repeatable)
  if (before) return before
  const filled = await requireTemplate(client_id, template_id)
  const { text, problems } = fillTemplate(filled, request.values)
  if (problems.length) {
    throw new Unprocessable('template_values', 'Some blanks are not filled in right.', problems.map(({ key, problem }) => ({ path: `values.${key}`, message: TEMPLATE_PROBLEMS[problem] })))
  }
  const speaker = await voiceFor(client_id, filled)
  const said = fillForSpeech(filled, request.values, speaker.language)
  const preset = filled.preset_id ? (await listPresets(client_id)).find(entry => entry.preset_id === filled.preset_id) : undefined
  const made = {
    text,
    // Only what the reading would not say by itself is handed on as words of its own.
    spoken_text: said === text ? undefined : (await readFor(client_id, said, speaker)).spoken_text,
    voice_id: speaker.voice_id,
    category: filled.category_id,
    // A recipe that was deleted since leaves the voice alone.
    jingle: preset && { preset_id: preset.preset_id },
    save: request.save,
  }
  return makeMessage({ ...options, client_id, user_id: user?.id ?? null, request: made, repeatable }, async (tx, message) => ({
    ...message,
    air: request.air ? await airMessage(tx, { client_id, user, request: { ...request.air, audio_id: message.audio_id } }) : null,
  }))
}

/** The template's voice while it can speak, else the default one of its language, else any of its language, else any. */
async function voiceFor(client_id: string, { voice_id, language }: Template) {
  const able = (await listVoices(client_id)).filter(entry => entry.available)
  const fluent = able.filter(entry => entry.language.slice(0, 2) === language.slice(0, 2))
  const chosen = able.find(entry => entry.voice_id === voice_id) ?? fluent[0] ?? able[0]
  if (!chosen) throw new Unprocessable('voice_missing', 'There is no voice that could say it.')
  return requireVoice(client_id, chosen.voice_id)
}

/** @throws NotFound for what is not the client's */
async function requireParts(db: Db, client_id: string, { category_id, voice_id, preset_id }: { category_id?: string | null, voice_id?: string | null, preset_id?: string | null }): Promise<void> {
  if (category_id) {
    const found = await db.select({ id: category.category_id }).from(category).where(and(eq(category.client_id, client_id), eq(category.category_id, category_id)))
    if (!found.length) throw new NotFound('There is no such category.', 'category_not_found')
  }
  if (voice_id) {
    const found = await db.select({ id: voice.voice_id }).from(voice).where(and(eq(voice.client_id, client_id), eq(voice.voice_id, voice_id)))
    if (!found.length) throw new NotFound('There is no such voice.', 'voice_not_found')
  }
  if (preset_id) {
    const found = await db.select({ id: jinglePreset.preset_id }).from(jinglePreset).where(and(eq(jinglePreset.client_id, client_id), eq(jinglePreset.preset_id, preset_id)))
    if (!found.length) throw new NotFound('There is no such recipe.', 'preset_not_found')
  }
}

const own = (client_id: string, template_id: string) => and(eq(template.client_id, client_id), eq(template.template_id, template_id))

const present = isNull(template.deleted_at)

async function requireRoom(tx: Db, client_id: string): Promise<void> {
  if ((await listTemplates(client_id, tx)).length >= MOST) throw new Unprocessable('too_many_templates', `There can be ${MOST} templates at most.`)
}

const notFound = () => new NotFound('There is no such template.', 'template_not_found')

function toTemplate({ client_id: _, created_at: __, updated_at: ___, deleted_at: ____, ...row }: typeof template.$inferSelect): Template {
  return row
}
