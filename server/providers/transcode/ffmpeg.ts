import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import ffmpeg from 'fluent-ffmpeg'
import type { AudioContainer } from '../../../shared/utils/sniff-audio'

/** Why ffmpeg did not make the file. `crashed` may go well the next time; the others are the same every time. */
export type TranscodeReason = 'ffmpeg_missing' | 'no_audio_stream' | 'damaged' | 'timed_out' | 'storage_full' | 'crashed'

export class TranscodeFailed extends Error {
  override name = 'TranscodeFailed'
  constructor(readonly reason: TranscodeReason, message: string, options?: ErrorOptions) {
    super(message, options)
  }
}

export interface TranscodeJob {
  /** Absolute path of the upload, under a name that we chose. */
  input: string
  /** What its first bytes say it is: nothing else is tried. */
  container: AudioContainer
  /** Absolute path of the file to make. */
  output: string
  /** `wav`: 32-bit float, one or two channels, 44.1 kHz. `mp3`: 192 kbit/s, stereo, 44.1 kHz. */
  to: 'wav' | 'mp3'
  /** No more than this of the sound is made. */
  max_s: number
  deadline_ms: number
  signal?: AbortSignal
}

export interface Transcoded {
  /** Channels of the original; null when ffmpeg did not say. */
  channels: number | null
  /** Complaints of the decoder about damaged parts. */
  complaints: number
  /** It was a film. */
  video: boolean
}

/** The one demuxer that each kind of file may be opened with. None of them opens other files. */
const DEMUXERS: Record<AudioContainer, string> = {
  mp3: 'mp3', wav: 'wav', w64: 'w64', flac: 'flac', ogg: 'ogg', mp4: 'mov', matroska: 'matroska', aiff: 'aiff', asf: 'asf', aac: 'aac', amr: 'amr', caf: 'caf',
}
const BITEXACT = ['-fflags', '+bitexact', '-flags:a', '+bitexact']
const OUTPUTS: Record<TranscodeJob['to'], string[]> = {
  wav: ['-af', 'aformat=channel_layouts=mono|stereo', '-ar', '44100', '-c:a', 'pcm_f32le', '-rf64', 'auto', ...BITEXACT, '-f', 'wav'],
  mp3: ['-ac', '2', '-ar', '44100', '-c:a', 'libmp3lame', '-b:a', '192k', '-id3v2_version', '0', ...BITEXACT, '-f', 'mp3'],
}
/** One allocation; a hostile header asks for gigabytes. */
const LARGEST_ALLOCATION = 256 * 1024 * 1024
/** Address space: libraries of a full build take some 400 MB of it before they do anything. */
const ADDRESS_SPACE = 1536 * 1024 * 1024
const LOOKED_FOR_AGAIN_MS = 60_000

let found: { at: number, wanted: string, version: Promise<string | null> } | undefined

/** Version of the ffmpeg that `path` (FFMPEG_PATH, or a name to look up in PATH) leads to; null when it does not run. Asked at most once a minute. */
export function ffmpegVersion(path: string): Promise<string | null> {
  const wanted = `${path}\0${process.env.PATH}`
  if (!found || found.wanted !== wanted || performance.now() - found.at > LOOKED_FOR_AGAIN_MS) {
    const version = promisify(execFile)(path, ['-hide_banner', '-version'], { timeout: 10_000 })
      .then(({ stdout }) => /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? null, () => null)
    found = { at: performance.now(), wanted, version }
  }
  return found.version
}

/**
 * Makes a plain sound of the first audio stream of a file, in a process of its own: without network, without other
 * files, with one thread, and with limits of memory, CPU and time where the system has them.
 * @param path the ffmpeg to run
 * @throws TranscodeFailed; what was written of the output stays for the caller to remove
 */
export async function transcode(path: string, job: TranscodeJob): Promise<Transcoded> {
  if (!await ffmpegVersion(path)) throw new TranscodeFailed('ffmpeg_missing', `ffmpeg does not run (${path}).`)
  job.signal?.throwIfAborted()
  return await new Promise<Transcoded>((done, failed) => {
    const heard: Transcoded & { lines: string[] } = { channels: null, complaints: 0, video: false, lines: [] }
    let killed: 'timed_out' | 'aborted' | undefined
    const command = commandFor(path, job)
    const kill = (why: typeof killed) => {
      killed ??= why
      command.kill('SIGKILL')
    }
    const timer = setTimeout(kill, job.deadline_ms, 'timed_out')
    const abort = () => kill('aborted')
    job.signal?.addEventListener('abort', abort, { once: true })
    const settle = () => {
      clearTimeout(timer)
      job.signal?.removeEventListener('abort', abort)
    }
    command
      .on('stderr', (line: string) => listen(heard, line))
      .on('end', () => {
        settle()
        done({ channels: heard.channels, complaints: heard.complaints, video: heard.video })
      })
      .on('error', (error: Error) => {
        settle()
        if (killed === 'aborted') failed(job.signal!.reason)
        else if (killed) failed(new TranscodeFailed('timed_out', 'ffmpeg took too long.'))
        else failed(new TranscodeFailed(reasonOf(error, heard.lines), error.message, { cause: heard.lines.slice(-5).join(' | ') }))
      })
      .run()
  })
}

function commandFor(path: string, job: TranscodeJob): ffmpeg.FfmpegCommand {
  const command = ffmpeg({ stdoutLines: 100 })
  const demuxer = DEMUXERS[job.container]
  const limiter = limiterPath()
  // `prlimit` becomes the program that it starts: what is killed is ffmpeg.
  command.setFfmpegPath(limiter ?? path)
  const cpu_s = Math.ceil(job.deadline_ms / 1000)
  command.input(`file:${resolve(job.input)}`).inputOptions(
    // One by one: what comes as a list is split at its spaces.
    ...limiter ? [`--cpu=${cpu_s}`, `--as=${ADDRESS_SPACE}`, '--core=0', '--', path] : [],
    '-hide_banner', '-nostdin', '-nostats', '-max_alloc', String(LARGEST_ALLOCATION),
    '-protocol_whitelist', 'file,pipe', '-format_whitelist', demuxer, '-threads', '1', '-f', demuxer,
  )
  command.output(`file:${resolve(job.output)}`).outputOptions(
    '-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1', '-threads', '1', '-t', String(job.max_s), '-y', ...OUTPUTS[job.to],
  )
  return withoutProbing(command)
}

/** It would run ffmpeg twice more to list formats and encoders that we know to be there. */
function withoutProbing(command: ffmpeg.FfmpegCommand): ffmpeg.FfmpegCommand {
  return Object.assign(command, {
    _checkCapabilities: (done: () => void) => done(),
    availableEncoders: (done: (error: null, encoders: object) => void) => done(null, {}),
  })
}

const INPUT_LAYOUTS: Record<string, number> = { 'mono': 1, 'stereo': 2, '2.1': 3, 'quad': 4, '5.0': 5, '5.1': 6, '6.1': 7, '7.1': 8 }

function listen(heard: Transcoded & { lines: string[] }, line: string): void {
  if (heard.channels === null) {
    const layout = /^\s*Stream #0:\d.*Audio: .*? Hz, (\d+) channels|^\s*Stream #0:\d.*Audio: .*? Hz, ([\d.]+|mono|stereo|quad)/.exec(line)
    if (layout) heard.channels = layout[1] ? Number(layout[1]) : INPUT_LAYOUTS[layout[2]!] ?? null
  }
  // The picture of a cover is no film.
  if (/^\s*Stream #0:\d.*Video: (?!.*attached pic)/.test(line)) heard.video = true
  if (/error|invalid|corrupt|missing|truncat|overread/i.test(line)) heard.complaints++
  heard.lines.push(line)
  if (heard.lines.length > 50) heard.lines.shift()
}

function reasonOf(error: Error, lines: string[]): TranscodeReason {
  const text = lines.join('\n')
  if (/ENOENT|Cannot find ffmpeg/.test(error.message)) return 'ffmpeg_missing'
  if (/No space left on device|Disk quota exceeded/i.test(text)) return 'storage_full'
  if (/matches no streams|does not contain any stream/i.test(text)) return 'no_audio_stream'
  if (/killed with signal SIGXCPU/.test(error.message)) return 'timed_out'
  if (/killed with signal/.test(error.message)) return 'crashed'
  return 'damaged'
}

function limiterPath(): string | null {
  if (process.platform !== 'linux') return null
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, 'prlimit'), constants.X_OK)
      return join(folder, 'prlimit')
    }
    catch {
      // Not in this folder.
    }
  }
  return null
}
