import { createTransport, type Transporter } from 'nodemailer'

/** A mail server did not take a mail. `code` is for people to read: `refused`, `rejected`, `sign_in`, … */
export class MailFailed extends Error {
  override name = 'MailFailed'
  /** @param permanent trying again is of no use */
  constructor(readonly code: string, readonly permanent: boolean, cause?: unknown) {
    super(`The mail was not sent (${code}).`, { cause })
  }
}

export interface Mail {
  to: string
  subject: string
  text: string
  /** The same when it is sent again: mail servers and programs tell repeats by it. */
  id: string
}

export interface Mailer {
  /** @throws MailFailed */
  send: (mail: Mail) => Promise<void>
  close: () => void
}

/** None of the steps of a mail takes longer, ms. */
const STEP_MS = 10_000

/**
 * Sends mails by SMTP.
 * @param url `smtp://user:password@host:587`, or `smtps://…`
 * @param from `Name <address>`
 */
export function createMailer(url: string, from: string): Mailer {
  const transport: Transporter = createTransport({ url, connectionTimeout: STEP_MS, greetingTimeout: STEP_MS, socketTimeout: STEP_MS, dnsTimeout: STEP_MS, disableFileAccess: true, disableUrlAccess: true })
  return {
    send: async ({ to, subject, text, id }) => {
      try {
        // As an object: an address is one, whatever commas it has.
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, messageId: `<${id}@mediaflow>`, headers: { 'auto-submitted': 'auto-generated' } })
      }
      catch (error) {
        throw toFailure(error as Error & { code?: string, responseCode?: number })
      }
    },
    close: () => transport.close(),
  }
}

function toFailure(error: Error & { code?: string, responseCode?: number }): MailFailed {
  if (error.code === 'EAUTH') return new MailFailed('sign_in', false, error)
  if (error.code === 'EENVELOPE' || (error.responseCode ?? 0) >= 500) return new MailFailed('rejected', (error.responseCode ?? 0) >= 500, error)
  if (error.code === 'ETIMEDOUT') return new MailFailed('timeout', false, error)
  if (error.code === 'EDNS' || error.code === 'ENOTFOUND') return new MailFailed('name_unknown', false, error)
  return new MailFailed('refused', false, error)
}
