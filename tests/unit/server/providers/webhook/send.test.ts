import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callWebhook, isPrivateAddress, signatureOf } from '../../../../../server/providers/webhook/send'
import { startWebhookReceiver, verifyCall, type WebhookReceiver } from '../../../../fixtures/receivers'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
beforeEach(() => {
  receiver.received = []
  receiver.answer = 200
})
afterAll(() => receiver.stop())

const call = (more: Partial<Parameters<typeof callWebhook>[0]> = {}) => callWebhook({ url: receiver.url, secret: SECRET, id: 'msg_1', body: '{"ñ":1}', allow_private: true, timeout_ms: 500, ...more })

describe('a call of a webhook', () => {
  it('is signed as the specification says', async () => {
    // The example of standardwebhooks.com.
    expect(signatureOf(SECRET, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
    await call()
    expect(verifyCall(receiver.received[0]!, SECRET)).toEqual({ ñ: 1 })
  })

  it('fails on anything but a good answer, in time, from there', async () => {
    receiver.answer = 503
    await expect(call()).rejects.toMatchObject({ code: 'http_503' })
    receiver.answer = 302
    await expect(call()).rejects.toMatchObject({ code: 'http_302' })
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook'])
    receiver.answer = 'hang'
    await expect(call()).rejects.toMatchObject({ code: 'timeout' })
    await expect(call({ url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ code: 'refused' })
  })

  it('does not go to private addresses, by number or by name', async () => {
    const { port } = new URL(receiver.url)
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost', '2130706433', '0x7f.1', '0.0.0.0', '169.254.169.254', '[fd00::1]']) {
      await expect(call({ url: `http://${host}:${port}/`, allow_private: false }), host).rejects.toMatchObject({ code: 'private_address' })
    }
    expect(receiver.received).toEqual([])
  })
})

describe('private addresses', () => {
  it('are told from public ones', () => {
    for (const address of ['10.1.2.3', '172.31.255.1', '192.168.1.1', '100.64.0.1', '127.9.9.9', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd12::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:7f00:1::', '2001:db8::1', 'not an address']) expect(isPrivateAddress(address), address).toBe(true)
    for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4003::200e']) expect(isPrivateAddress(address), address).toBe(false)
  })
})
