import type { UploadLimits } from '../../../../shared/schemas/upload'
import { AUDIO_EXTENSIONS } from '../../../../shared/utils/sniff-audio'
import { ffmpegVersion } from '../../../providers/transcode/ffmpeg'
import { useSettings } from '../../settings/env'

/** What can be uploaded here and now. */
export async function uploadLimits(): Promise<UploadLimits> {
  const { MAX_UPLOAD_SIZE, FFMPEG_PATH } = useSettings()
  const ffmpeg = await ffmpegVersion(FFMPEG_PATH) !== null
  const formats = ffmpeg ? Object.values(AUDIO_EXTENSIONS).flat() : [...AUDIO_EXTENSIONS.mp3, ...AUDIO_EXTENSIONS.wav]
  return { max_bytes: MAX_UPLOAD_SIZE, formats, ffmpeg }
}
