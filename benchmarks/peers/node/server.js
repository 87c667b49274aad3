// POST /v1/checks written in Node: Fastify, undici, better-sqlite3. `node server.js CONFIGURATION.json`
import { createHash, createHmac, generateKeyPairSync, randomBytes, randomInt, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { decide, lookups, plan, rendered } from './decide.js'
import { Ledger } from './ledger.js'
import { Sources } from './lookups.js'
import { Tokens } from './tokens.js'

const told = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const { facts } = told
const { privateKey } = generateKeyPairSync('ed25519')
const pseudonymKey = randomBytes(32)
const tokens = new Tokens(told)
const sources = new Sources(told)
const ledger = new Ledger(told.database, privateKey, 'benchmark.example/ledger')
const base64url = (text) => Buffer.from(text).toString('base64url')
const RECEIPT_HEADER = base64url(JSON.stringify({ alg: 'Ed25519', kid: 'receipt-0001-00000000', typ: 'reuse-receipt+jwt' }))
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

const text = (most, more = {}) => ({ type: 'string', minLength: 1, maxLength: most, ...more })
const schema = {
  type: 'object',
  required: ['procedure', 'subject', 'items'],
  additionalProperties: false,
  properties: {
    procedure: text(64, { pattern: '^[0-9]\\.[0-9]{6}(\\.[0-9A-Z.]+)?$' }),
    stage: { enum: ['intake', 'processing', 'supplement'] },
    dossier: text(64, { pattern: '^[A-Z][0-9]{2}(\\.[0-9]+)*-[0-9]{6}-[0-9]{4,6}$' }),
    officer: text(128),
    subject: {
      type: 'object',
      required: ['kind', 'personal_id'],
      additionalProperties: false,
      properties: { kind: { const: 'citizen' }, personal_id: text(12, { pattern: '^[0-9]{12}$' }), full_name: text(200), birth_date: text(10, { pattern: '^[0-9]{4}(-[0-9]{2}){2}$' }) }
    },
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 64,
      items: {
        type: 'object',
        required: ['ref', 'evidence_type'],
        additionalProperties: false,
        properties: { ref: text(64, { pattern: '^[A-Za-z0-9_.:-]{1,64}$' }), evidence_type: text(64), role: text(32, { pattern: '^[a-z_]+$' }) }
      }
    }
  }
}

const pseudonym = (identity) => `psd1.${createHmac('sha256', pseudonymKey).update(identity).digest().subarray(0, 16).toString('base64url')}`
const shortCode = () => Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('')

function newId () {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = 0x70 | (bytes[6] & 0x0f)
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  return `chk_${bytes.toString('hex')}`
}

function receipt (check, verdicts, position) {
  const claims = {
    iss: 'http://127.0.0.1:8000', jti: check.id, iat: Math.floor(Date.parse(check.decided_at) / 1000), decided_at: check.decided_at, agency: check.agency,
    procedure: check.procedure, as_of: check.as_of, subject: check.subject, policy_version: facts.policy_version, ledger: position,
    items: verdicts.map((verdict) => ({
      ref: verdict.ref, evidence_type: verdict.paper, decision: facts.rulings[verdict.reason].decision, reason: verdict.reason,
      sources: [...new Set(verdict.holdings.map((holding) => holding.source))].sort(), legal_basis: verdict.cites
    }))
  }
  const signed = `${RECEIPT_HEADER}.${base64url(JSON.stringify(claims))}`
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}

async function answers (planned, subject, purpose) {
  const asked = lookups(planned)
  const told = await Promise.all(asked.map(({ source, papers }) => sources.ask(source, papers, subject, purpose)))
  return new Map(told.flat().map((holding) => [`${holding.source} ${holding.evidence_type}`, holding]))
}

async function recorded (check, verdicts) {
  const body = JSON.stringify({ v: 1, ...check, verdicts: verdicts.map(({ cites, satisfied, ...rest }) => ({ ...rest, legal_basis: cites, satisfied_by: satisfied })) })
  const leaf = JSON.stringify({
    v: 1, kind: 'check', id: check.id, at: check.decided_at, agency: check.agency, procedure: check.procedure, as_of: check.as_of, subject: check.subject,
    policy: facts.policy_version, decisions: verdicts.map((each) => [each.ref, each.paper, each.reason]), body_sha256: createHash('sha256').update(body).digest('hex')
  })
  const degraded = Number(verdicts.some((each) => facts.rulings[each.reason].decision === 'ask_later'))
  const row = [check.id, check.short_code, check.decided_at, check.client_id, check.agency, check.procedure, check.as_of, check.stage, facts.policy_version,
    check.subject, null, check.dossier, check.officer, degraded, body]
  const rows = verdicts.map((each, at) => {
    const held = each.reason === 'held_valid' ? each.holdings.find((holding) => holding.state === 'valid') : undefined
    return [at, check.id, each.paper, each.role, facts.rulings[each.reason].decision, each.reason, held?.source ?? null, held?.tier ?? null]
  })
  return ledger.append(Buffer.from(leaf), 'check', check.id, row, rows)
}

async function create (request, reply) {
  const caller = tokens.caller(request.headers.authorization)
  if (!caller) return reply.code(401).send({ code: 'invalid_token' })
  if (!caller.scopes.has('check:write')) return reply.code(403).send({ code: 'insufficient_scope' })
  const asked = request.body
  if (asked.procedure !== facts.procedure.code) return reply.code(422).send({ code: 'unknown_procedure' })
  if (new Set(asked.items.map((item) => item.ref)).size < asked.items.length) return reply.code(422).send({ code: 'duplicate_ref' })
  const today = new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10)
  const planned = plan(facts, asked.items)
  const holdings = await answers(planned, asked.subject, { procedure: asked.procedure, agency: caller.agency, officer: asked.officer ?? '' })
  const verdicts = decide(facts, planned, holdings, today)
  const check = {
    id: newId(), short_code: shortCode(), decided_at: new Date().toISOString(), client_id: caller.client, agency: caller.agency, procedure: asked.procedure,
    as_of: today, stage: asked.stage ?? 'intake', subject: pseudonym(`citizen:${asked.subject.personal_id}`), dossier: asked.dossier ?? null,
    officer: asked.officer ? pseudonym(`officer:${asked.officer}`) : null
  }
  const position = await recorded(check, verdicts)
  const body = JSON.stringify({
    check_id: check.id, decided_at: check.decided_at, procedure: check.procedure, as_of: today, policy_version: facts.policy_version,
    degraded: false, warnings: [], items: verdicts.map((verdict) => rendered(facts, verdict)), short_code: check.short_code, receipt: receipt(check, verdicts, position)
  })
  return reply.header('content-type', 'application/json').header('cache-control', 'no-store').send(body)
}

const app = Fastify({ logger: false, bodyLimit: 262_144, keepAliveTimeout: 20_000 })
app.post('/v1/checks', { schema: { body: schema } }, create)
await app.listen({ host: '127.0.0.1', port: told.port })
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
