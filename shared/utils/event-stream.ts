export interface StreamedEvent {
  event: string
  data: string
}

/**
 * Reads a `text/event-stream` body event by event, however its bytes are cut.
 * @param body the body of an answer; reading it stops when the loop over this generator does
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let ended = false
  try {
    while (true) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      const blocks = rest.split(/\r?\n\r?\n/)
      rest = done ? '' : blocks.pop() ?? ''
      for (const block of blocks) {
        const parsed = parseEvent(block)
        if (parsed) yield parsed
      }
      if (done) {
        ended = true
        return
      }
    }
  }
  finally {
    // A body that has come to its end is let alone: browsers book a late cancel as a failed request.
    if (!ended) await reader.cancel().catch(() => {})
  }
}

function parseEvent(block: string): StreamedEvent | null {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }
  return data.length ? { event, data: data.join('\n') } : null
}
