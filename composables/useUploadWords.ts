const STEP = 1024
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** Sizes and reasons of uploads, in the reader's language. */
export function useUploadWords() {
  const { t, te, locale } = useI18n()

  /** `3,4 MB` */
  function bytes(size: number): string {
    const unit = size < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10))
    return new Intl.NumberFormat(locale.value, { style: 'unit', unit: UNITS[unit], unitDisplay: unit ? 'short' : 'long', maximumFractionDigits: unit > 1 ? 1 : 0 }).format(size / STEP ** unit)
  }

  /** Why a file did not become a sound: a failure's name or an error's code. */
  function reason(code: string): string {
    if (te(`uploads.refused.${code}`)) return t(`uploads.refused.${code}`)
    if (te(`library.failure.${code}`)) return t(`library.failure.${code}`)
    return t(te(`errors.${code}`) ? `errors.${code}` : 'errors.unknown')
  }

  return { bytes, reason }
}
