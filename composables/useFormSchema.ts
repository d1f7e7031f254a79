import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/**
 * A zod schema as UForm takes it, with its messages in the reader's language. The schema itself keeps the API's
 * English ones.
 */
export function useFormSchema<T extends z.ZodType>(schema: T): { '~standard': z.core.$ZodStandardSchema<T> } {
  const { t } = useI18n()

  function message(issue: Issue): string {
    if (issue.code === 'too_small' && issue.origin === 'string') return issue.minimum === 1 ? t('errors.form.required') : t('errors.form.too_short', { min: issue.minimum })
    if (issue.code === 'too_big' && issue.origin === 'string') return t('errors.form.too_long', { max: issue.maximum })
    if (issue.code === 'invalid_format' && issue.format === 'email') return t('errors.form.email')
    if (issue.code === 'invalid_type') return t('errors.form.required')
    if (issue.code === 'custom' && typeof issue.params?.reason === 'string') return t(`errors.form.${issue.params.reason}`)
    return t('errors.form.invalid')
  }

  return {
    '~standard': {
      version: 1,
      vendor: 'zod',
      validate(value: unknown) {
        const result = schema.safeParse(value)
        if (result.success) return { value: result.data }
        return { issues: result.error.issues.map(issue => ({ message: message(issue), path: issue.path })) }
      },
    },
  }
}
