import { answerError } from './http'

/** Errors of the API and of files are JSON in the one shape; pages keep Nuxt's own error page. */
export default defineNitroErrorHandler((error, event) => {
  if (!/^\/(?:api|media|ws)\//.test(event.path)) return
  const body = answerError(event, error)
  setResponseHeader(event, 'content-type', 'application/json')
  return send(event, JSON.stringify(body))
})
