import { z } from 'zod'
import { fold } from '../utils/fold'
import { GenerateRequestSchema, MessageSchema } from './audio'
import { MESSAGE_SOURCES, MESSAGE_STATUSES } from './audio-words'
import { IdSchema, InstantSchema, listOf, NameSchema, PageQuerySchema } from './common'
import { PlaySchema } from './player'

/** How long the bin keeps a deleted message. */
export const BIN_DAYS = 30
/** The most messages that one request may change or pack. */
export const BULK_LIMIT = 1000
/** Further than this no list counts. */
export const TOTAL_CAP = 10_000
/** And no further than this where it searches or filters. */
export const NARROWED_TOTAL_CAP = 1000
/** Slices of a sound that a list draws; the details have all. */
export const LIST_PEAKS = 100

/** A label: one line, lower case, single spaces. */
export const TagSchema = z.string()
  .transform(tag => tag.normalize('NFC').toLowerCase().replace(/[\s,\p{Cc}]+/gu, ' ').trim())
  .pipe(z.string().min(1).max(40))

/** The labels of a message, each once. */
export const TagsSchema = z.array(TagSchema).max(100).transform(tags => [...new Set(tags)]).pipe(z.array(z.string()).max(20))

/** Of a query string or of JSON. */
const FlagSchema = z.union([z.boolean(), z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })])
/** A day (UTC) or an instant. */
const DaySchema = z.union([z.iso.date(), InstantSchema])
const DurationSchema = z.coerce.number().int().min(0).max(2_147_483_647)
const TagQuerySchema = z.union([z.string(), z.array(z.string())])
  .transform(tags => [tags].flat().flatMap(tag => tag.split(',')).filter(tag => tag.trim()))
  .pipe(TagsSchema)

/** Which messages are meant. */
export const LibraryFilterSchema = z.object({
  q: z.string().trim().max(200).optional().meta({ description: 'Words of title, text or tags. Accents, case and slips of the pen are forgiven; the last word may be half typed' }),
  category: z.string().max(64).optional().meta({ description: 'Id or slug; `none` for those without' }),
  voice_id: IdSchema.optional(),
  source: z.enum(MESSAGE_SOURCES).optional(),
  /** `kept` (default): all but drafts; one status; or `all`: what the Announce page shows as recent. */
  status: z.enum(['kept', 'all', ...MESSAGE_STATUSES]).default('kept'),
  favourite: FlagSchema.optional(),
  tags: TagQuerySchema.optional().meta({ description: 'All of them: repeated, or with commas' }),
  min_duration_ms: DurationSchema.optional(),
  max_duration_ms: DurationSchema.optional(),
  from: DaySchema.optional().meta({ description: 'Made on this day (UTC) or at this instant, or later' }),
  until: DaySchema.optional().meta({ description: 'Made on this day (UTC) or at this instant, or earlier' }),
  unused: FlagSchema.optional().meta({ description: 'Never aired' }),
  expired: FlagSchema.optional().meta({ description: 'Past their `valid_until`' }),
  deleted: FlagSchema.default(false).meta({ description: 'What is in the bin' }),
})
export type LibraryFilter = z.infer<typeof LibraryFilterSchema>

export const LIBRARY_SORTS = ['newest', 'oldest', 'title', 'duration', 'aired', 'relevance', 'deleted'] as const
export type LibrarySort = typeof LIBRARY_SORTS[number]

export const LibraryQuerySchema = PageQuerySchema.extend({
  ...LibraryFilterSchema.shape,
  sort: z.enum(LIBRARY_SORTS).optional().meta({
    description: 'Without it: `relevance` with `q`, `deleted` in the bin, else `newest`. `relevance` orders the newest 500 that match, and ends there',
  }),
})
export type LibraryQuery = z.infer<typeof LibraryQuerySchema>
/** As a caller writes it. */
export type LibraryQueryInput = z.input<typeof LibraryQuerySchema>

export const LibraryListSchema = listOf(MessageSchema).extend({
  total: z.number().int().nonnegative().max(TOTAL_CAP).meta({ description: 'Counted to 10,000 at most, and to 1,000 in a search or with a filter' }),
  /** There are more than `total`. */
  total_is_capped: z.boolean(),
})
export type LibraryList = z.infer<typeof LibraryListSchema>

export const TagCountSchema = z.object({ tag: z.string(), messages: z.number().int() }).meta({ id: 'TagCount' })
export type TagCount = z.infer<typeof TagCountSchema>

/** PostgreSQL has no year 0. */
const BoundSchema = InstantSchema.refine(instant => instant >= '1970', { error: 'must not be before 1970' })

export const MessagePatchSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  category: z.string().max(64).nullish(),
  is_favourite: z.boolean().optional(),
  tags: TagsSchema.optional(),
  /** Airs only within these instants; null: without such a bound. */
  valid_from: BoundSchema.nullish(),
  valid_until: BoundSchema.nullish(),
  /** `ready` keeps a draft; there is no way back. */
  status: z.literal('ready').optional(),
  /** `null` undoes a deletion. */
  deleted_at: z.null().optional(),
}).meta({ id: 'MessagePatch' })
export type MessagePatch = z.infer<typeof MessagePatchSchema>

export const DeleteMessageQuerySchema = z.object({
  force: FlagSchema.default(false).meta({ description: 'Also when it still waits at a player: it is withdrawn there' }),
  permanent: FlagSchema.default(false).meta({ description: 'For good, with its versions, past the bin' }),
})
export type DeleteMessageQuery = z.infer<typeof DeleteMessageQuerySchema>

export const EmptiedBinSchema = z.object({
  /** How many messages are gone for good. */
  removed: z.number().int().nonnegative(),
}).meta({ id: 'EmptiedBin' })
export type EmptiedBin = z.infer<typeof EmptiedBinSchema>

/** Where a message is used. */
export const MessageUsageSchema = z.object({
  plays: z.object({
    /** The last 20. */
    items: z.array(PlaySchema),
    total: z.number().int(),
    played: z.number().int(),
    /** At a player, and not begun. */
    waiting: z.number().int(),
  }),
  schedules: z.array(z.object({ schedule_id: IdSchema, name: z.string() })),
  shortcuts: z.array(z.object({ shortcut_id: IdSchema, title: z.string() })),
}).meta({ id: 'MessageUsage' })
export type MessageUsage = z.infer<typeof MessageUsageSchema>

/** What a message is, or was before its text, voice or jingle changed. */
export const MessageVersionSchema = MessageSchema.pick({
  version: true, title: true, text: true, spoken_text: true, voice_id: true, voice_name: true, voice_settings: true, jingle: true,
  audio_url: true, sha256: true, bytes: true, duration_ms: true, lufs: true, true_peak_dbtp: true, limiting_db: true, warnings: true, peaks: true,
  created_by_name: true, created_at: true,
}).extend({
  /** Null for what it is now. */
  version_id: IdSchema.nullable(),
  is_current: z.boolean(),
}).meta({ id: 'MessageVersion' })
export type MessageVersion = z.infer<typeof MessageVersionSchema>

/** What is to change; what is not named stays as it is. */
export const NewVersionSchema = z.object({
  ...GenerateRequestSchema.omit({ category: true, save: true }).partial({ voice_id: true }).shape,
  title: z.string().trim().min(1).max(200).optional(),
  /** The version that was looked at: refused when there is a newer one. */
  version: z.number().int().optional(),
}).meta({ id: 'NewVersion' })
export type NewVersion = z.input<typeof NewVersionSchema>

const ColourSchema = z.string().regex(/^#[0-9a-f]{6}$/i, { error: 'must be a colour such as "#f59e0b"' }).toLowerCase()
const IconSchema = z.string().max(60).regex(/^i-lucide-[a-z0-9-]+$/, { error: 'must be an icon such as "i-lucide-tag"' })

export const CategorySchema = z.object({
  category_id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  colour: z.string(),
  icon: z.string(),
  position: z.number().int(),
  /** How messages of this category are to be worded. */
  ai_instructions: z.string(),
}).meta({ id: 'Category' })
export type Category = z.infer<typeof CategorySchema>

export const NewCategorySchema = z.object({
  name: NameSchema.max(60),
  colour: ColourSchema.default('#6366f1'),
  icon: IconSchema.default('i-lucide-tag'),
  ai_instructions: z.string().trim().max(2000).default(''),
}).meta({ id: 'NewCategory' })
export type NewCategory = z.input<typeof NewCategorySchema>

export const CategoryPatchSchema = z.object({
  name: NameSchema.max(60).optional(),
  colour: ColourSchema.optional(),
  icon: IconSchema.optional(),
  ai_instructions: z.string().trim().max(2000).optional(),
}).meta({ id: 'CategoryPatch' })
export type CategoryPatch = z.infer<typeof CategoryPatchSchema>

/** All categories, in the order in which they are to be shown. */
export const CategoryOrderSchema = z.object({ category_ids: z.array(IdSchema).min(1).max(200) }).meta({ id: 'CategoryOrder' })

/** The name of a category in addresses: `Ofertas de la semana` → `ofertas-de-la-semana`. */
export const slugOf = (name: string) => fold(name).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 50) || 'categoria'

const SelectionSchema = z.object({
  audio_ids: z.array(IdSchema).min(1).max(BULK_LIMIT).optional(),
  query: LibraryFilterSchema.optional(),
})
const oneSelection = ({ audio_ids, query }: z.infer<typeof SelectionSchema>) => (audio_ids === undefined) !== (query === undefined)
const ONE_SELECTION = { error: 'send either audio_ids or query' }

export const BULK_ACTIONS = ['categorise', 'tag', 'untag', 'favourite', 'unfavourite', 'delete', 'restore'] as const

/** One change to many messages: to all of them, or to none. */
export const BulkRequestSchema = SelectionSchema.extend({
  action: z.enum(BULK_ACTIONS),
  /** For `categorise`: id or slug, null for none. */
  category: z.string().max(64).nullish(),
  /** For `tag` and `untag`. */
  tags: TagsSchema.optional(),
  /** For `delete`: also those that still wait at a player. */
  force: z.boolean().default(false),
}).refine(oneSelection, ONE_SELECTION)
  .refine(({ action, category }) => action !== 'categorise' || category !== undefined, { error: 'categorise needs category', path: ['category'] })
  .refine(({ action, tags }) => !['tag', 'untag'].includes(action) || tags?.length, { error: 'needs tags', path: ['tags'] })
  .meta({ id: 'BulkRequest' })
export type BulkRequest = z.input<typeof BulkRequestSchema>

export const BulkResponseSchema = z.object({
  matched: z.number().int(),
  changed: z.number().int(),
  /** Those that changed. */
  audio_ids: z.array(IdSchema),
}).meta({ id: 'BulkResponse' })
export type BulkResponse = z.infer<typeof BulkResponseSchema>

export const ZipRequestSchema = SelectionSchema.refine(oneSelection, ONE_SELECTION).meta({ id: 'ZipRequest' })

/** A download by link: some ids, or what a list shows. */
export const ZipQuerySchema = LibraryFilterSchema.extend({
  ids: z.string().transform(ids => ids.split(',')).pipe(z.array(IdSchema).min(1).max(200)).optional().meta({ description: 'At most 200, with commas' }),
})
