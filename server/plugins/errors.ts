import { useLogger } from '../services/logger'

/** What nobody caught — a page that could not be rendered, a task that failed — is logged whole, once. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('error', (error, { event }) => {
    const { statusCode = 500 } = error as Error & { statusCode?: number }
    if (statusCode < 500) return
    const { request_id, client_id } = event?.context ?? {}
    useLogger('http').error({ err: error.cause ?? error, request_id, client_id, path: event?.path.split('?')[0] }, 'unhandled error')
  })
})
