import { createHash, randomBytes } from 'node:crypto'

/** SHA-256 of text (UTF-8) or bytes, lower-case hex. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** An unguessable token of 256 bits, safe in addresses. */
export function randomToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}
