import { describe, expect, it } from 'vitest'
import { readEventStream } from '../../../../shared/utils/event-stream'

const bytes = new TextEncoder()

function streamOf(chunks: Uint8Array[], onCancel = () => {}): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
    cancel: onCancel,
  })
}

async function collect(chunks: Uint8Array[]) {
  const events = []
  for await (const event of readEventStream(streamOf(chunks))) events.push(event)
  return events
}

describe('readEventStream', () => {
  const text = 'event: step\ndata: {"step":"speech"}\n\n: a comment\n\nevent: done\r\ndata: {"title":"Niño"}\r\n\r\ndata: a\ndata: b\n\n'
  const events = [
    { event: 'step', data: '{"step":"speech"}' },
    { event: 'done', data: '{"title":"Niño"}' },
    { event: 'message', data: 'a\nb' },
  ]

  it('reads events and skips comments', async () => {
    expect(await collect([bytes.encode(text)])).toEqual(events)
  })

  it('reads the same when every byte comes alone', async () => {
    expect(await collect([...bytes.encode(text)].map(byte => Uint8Array.of(byte)))).toEqual(events)
  })

  it('gives the last event when the closing blank line is missing', async () => {
    expect(await collect([bytes.encode('event: done\ndata: 1')])).toEqual([{ event: 'done', data: '1' }])
  })

  it('lets go of the body when the reader stops early', async () => {
    let cancelled = false
    const stream = streamOf([bytes.encode('data: 1\n\n'), bytes.encode('data: 2\n\n'), bytes.encode('data: 3\n\n')], () => {
      cancelled = true
    })
    for await (const _ of readEventStream(stream)) break
    expect(cancelled).toBe(true)
  })
})
