import { z } from 'zod'
import jingleConfig from '../../../config/jingle-config.json'
import figures from '../../../config/sounds/figures.json'
import { NameSchema, Sha256Schema } from '../../../shared/schemas/common'
import { JingleRecipeSchema } from '../../../shared/schemas/jingle'
import { checkedConfig } from '../config-file'

const FigureSchema = z.strictObject({
  sha256: Sha256Schema,
  duration_ms: z.number().int().positive(),
  lufs: z.number(),
  true_peak_dbtp: z.number(),
  peaks: z.array(z.number().int().min(0).max(100)),
})

const TrackSchema = z.strictObject({
  /** A sound of `config/sounds`, without `.mp3`. */
  file: z.string().refine(file => file in figures, { error: 'must be one of config/sounds' }),
  kind: z.enum(['bed', 'chime']),
  title: NameSchema,
  tags: z.array(NameSchema),
})

const PresetSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'must be a word such as soft' }),
  name: NameSchema,
  /** A bed of the tracks; null: chime and voice only. */
  bed: z.string().nullable(),
  chime: z.string().nullable(),
  recipe: JingleRecipeSchema.omit({ with_bed: true, bed_track_id: true, chime_track_id: true }),
})

/** The shape of `config/jingle-config.json`: the beds and chimes that ship, and the recipes that a client starts with. The first of each is its default. */
export const JingleConfigSchema = z.strictObject({
  tracks: z.array(TrackSchema).min(1),
  presets: z.array(PresetSchema).min(1),
}).superRefine(({ tracks, presets }, context) => {
  const twice = (names: string[]) => names.find((name, index) => names.indexOf(name) !== index)
  for (const [path, name] of [['tracks', twice(tracks.map(({ file }) => file))], ['presets', twice(presets.map(({ id }) => id))]] as const) {
    if (name) context.addIssue({ code: 'custom', path: [path], message: `has ${name} twice` })
  }
  for (const [index, preset] of presets.entries()) {
    for (const kind of ['bed', 'chime'] as const) {
      const named = preset[kind]
      if (named !== null && !tracks.some(track => track.file === named && track.kind === kind)) {
        context.addIssue({ code: 'custom', path: ['presets', index, kind], message: `must be a ${kind} of the tracks` })
      }
    }
  }
})

export type JingleConfig = z.output<typeof JingleConfigSchema>

/** The shipped music and recipes, checked. Throws one line that names the file and the field. */
export function loadJingleConfig(raw: unknown = jingleConfig): JingleConfig {
  return checkedConfig('config/jingle-config.json', JingleConfigSchema, raw)
}

/** What is known of each shipped sound: `scripts/make-sounds.ts` measures it when it makes them. */
export function loadSoundFigures(raw: unknown = figures): Record<string, z.output<typeof FigureSchema>> {
  return checkedConfig('config/sounds/figures.json', z.record(z.string(), FigureSchema), raw)
}
