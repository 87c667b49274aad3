// Bearer tokens: Ed25519 JWT, verified once and then remembered for at most a minute, as the gateway does.
import { createHash, createPublicKey, verify } from 'node:crypto'

const SPKI = Buffer.from('302a300506032b6570032100', 'hex') // DER prefix of an Ed25519 public key, RFC 8410
const MOST = 4096

export class Tokens {
  constructor (told) {
    const der = Buffer.concat([SPKI, Buffer.from(told.token_key, 'hex')])
    this.key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    this.issuer = told.issuer
    this.audience = told.audience
    this.seen = new Map()
  }

  /** The caller, or null. */
  caller (header) {
    if (!header || !header.startsWith('Bearer ')) return null
    const token = header.slice(7)
    const digest = createHash('sha256').update(token).digest('base64')
    const kept = this.seen.get(digest)
    if (kept && Date.now() < kept.until) return kept.caller
    const claims = this.verified(token)
    if (!claims) return null
    const caller = { client: claims.client_id, agency: claims.agency, scopes: new Set(claims.scope.split(' ')) }
    this.seen.set(digest, { until: Math.min(claims.exp * 1000, Date.now() + 60_000), caller })
    if (this.seen.size > MOST) this.seen.delete(this.seen.keys().next().value)
    return caller
  }

  verified (token) {
    const [head, body, signature] = token.split('.')
    if (!signature) return null
    try {
      if (JSON.parse(Buffer.from(head, 'base64url')).alg !== 'Ed25519') return null
      if (!verify(null, Buffer.from(`${head}.${body}`), this.key, Buffer.from(signature, 'base64url'))) return null
      const claims = JSON.parse(Buffer.from(body, 'base64url'))
      const good = claims.iss === this.issuer && claims.aud === this.audience && claims.exp > Date.now() / 1000
      return good ? claims : null
    } catch {
      return null
    }
  }
}
