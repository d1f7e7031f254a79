import { describe, expect, it } from 'vitest'
import { CLOSE, isAirItem, PROTOCOL, RANK, readServerMessage } from '../../../../player/core/contract'
import { CLOSE_CODES, PRIORITIES, PROTOCOL_VERSION } from '../../../../shared/protocol'
import { airItem } from '../../../fixtures/air-item'

describe('the player\'s copy of the contract', () => {
  it('says the same as the contract', () => {
    expect(PROTOCOL).toBe(PROTOCOL_VERSION)
    expect(CLOSE).toEqual(CLOSE_CODES)
    expect(Object.keys(RANK).sort((a, b) => RANK[a as 'live'] - RANK[b as 'live'])).toEqual([...PRIORITIES])
  })
})

describe('a frame of the server', () => {
  it('is read when it fits', () => {
    const message = { type: 'air', item: airItem() }
    expect(readServerMessage(JSON.stringify(message))).toEqual(message)
    expect(readServerMessage('{"type":"stop","play_id":null}')).toEqual({ type: 'stop', play_id: null })
  })

  it.each([
    ['not JSON', '{'],
    ['no object', '"air"'],
    ['null', 'null'],
    ['without a type', '{"item":1}'],
    ['of a later protocol', '{"type":"dance"}'],
    ['named like a property of every object', '{"type":"constructor"}'],
    ['an air without its item', '{"type":"air"}'],
    ['an air of an unknown priority', JSON.stringify({ type: 'air', item: { ...airItem(), priority: 'urgent' } })],
    ['an air that never expires', JSON.stringify({ type: 'air', item: { ...airItem(), expires_at: 'never' } })],
    ['a volume beyond its end', '{"type":"set_volume","volume":11}'],
    ['a welcome without settings', '{"type":"welcome","server_time":"2026-01-01T00:00:00Z","player":{}}'],
  ])('is ignored when it is %s', (_what, frame) => {
    expect(readServerMessage(frame)).toBeNull()
  })

  it('is ignored when it is binary', () => {
    expect(readServerMessage(new ArrayBuffer(4))).toBeNull()
  })
})

it('every field of a message that airing needs is asked for', () => {
  const whole = airItem()
  for (const field of Object.keys(whole)) expect([field, isAirItem({ ...whole, [field]: undefined })]).toEqual([field, false])
  expect(isAirItem(null)).toBe(false)
})
