import { hash, randomBytes } from 'node:crypto'

/** SHA-256 of text (UTF-8) or bytes, lower-case hex. */
export function sha256Of(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}

/** An unguessable token of 256 bits, safe in addresses. */
export function randomToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}
