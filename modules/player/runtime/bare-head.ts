import { defineNitroPlugin } from 'nitropack/runtime'

/**
 * Takes everything out of the head of /player that belongs to the dashboard: the colours of Nuxt UI, the colour-mode
 * script and the files of Nuxt's client. Old sets would download them for nothing, or fail at them.
 * On the whole answer: the modules that put them there do so in `render:html`, in an order of their own.
 */
export default defineNitroPlugin((nitroApp) => {
  nitroApp.hooks.hook('render:response', (response, { event }) => {
    if (event.path.split('?')[0]!.replace(/\/$/, '') !== '/player' || typeof response.body !== 'string') return
    response.body = response.body.replace(/<head>[\s\S]*?<\/head>/, bareHead)
  })
})

const bareHead = (head: string) => head
  .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
  .replace(/<script(?![^>]*\ssrc="\/_player\/)[^>]*>[\s\S]*?<\/script>/g, '')
  .replace(/<link(?=[^>]*\shref="\/_nuxt\/)[^>]*>/g, '')
