import type { Form, FormSubmitEvent } from '@nuxt/ui'

/**
 * Sends a form. What the API has against a field is shown at that field, everything else in `failure`.
 * @param form the UForm's template ref
 * @param send the call; may throw any error of useApi
 */
export function useSubmit<T extends object>(form: Readonly<Ref<Form<T> | null>>, send: (data: T) => Promise<unknown>) {
  const { t, locale } = useI18n()
  const { apiErrorMessage } = useApi()
  const failure = ref('')

  async function submit(event: FormSubmitEvent<T>) {
    failure.value = ''
    try {
      await send(event.data)
    }
    catch (thrown) {
      const error = toApiError(thrown)
      failure.value = apiErrorMessage(error)
      form.value?.setErrors(error.fields.map(field => ({
        name: field.path as never,
        message: locale.value === 'en' ? field.message : error.code === 'invalid_request' ? t('errors.form.invalid') : apiErrorMessage(error),
      })))
    }
  }

  return { submit, failure }
}
