// The five sources over undici: one pool per source, a deadline, a cache with an end, identical questions asked once.
import { createHash } from 'node:crypto'
import { Pool } from 'undici'

const MOST_CACHED = 50_000
const MOST_BYTES = 262_144

function day (text) {
  if (!text) return null
  const match = /^([0-9]{2})\/([0-9]{2})\/([0-9]{4})$/.exec(text)
  if (!match) throw new Error('not a day')
  return `${match[3]}-${match[2]}-${match[1]}`
}

export function fold (text) {
  return text.replaceAll('Đ', 'D').replaceAll('đ', 'd').toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').split(/\s+/).join(' ').trim()
}

function unknown (source, papers, doubt) {
  const at = new Date().toISOString()
  return papers.map((paper) => holding(source, paper, 'unknown', at, { doubt }))
}

function holding (source, paper, outcome, at, facts = {}) {
  return {
    source: source.id, tier: source.tier, evidence_type: paper, outcome, answered_at: at, doubt: null, state: null, cached: false,
    result_code: null, issued_on: null, expires_on: null, ...facts
  }
}

export class Sources {
  constructor (told) {
    this.pools = new Map()
    this.cache = new Map()
    this.flights = new Map()
    for (const source of told.facts.sources) {
      this.pools.set(source.id, new Pool(`http://127.0.0.1:${told.upstream_port}`, { connections: source.most_in_flight, pipelining: 1 }))
    }
  }

  /** Holdings of one source for the papers asked; never rejects. */
  async ask (source, papers, subject, purpose) {
    const identity = [source.id, subject.personal_id, subject.full_name, subject.birth_date, purpose.procedure, purpose.agency, purpose.officer, ...papers]
    const key = createHash('sha256').update(JSON.stringify(identity)).digest('base64')
    const kept = this.cache.get(key)
    if (kept && kept.until > performance.now()) return kept.told.map((each) => ({ ...each, cached: true }))
    const flying = this.flights.get(key)
    if (flying) return flying
    const flight = this.fresh(source, papers, subject, purpose, key).finally(() => this.flights.delete(key))
    this.flights.set(key, flight)
    return flight
  }

  async fresh (source, papers, subject, purpose, key) {
    let told
    try {
      told = await this.call(source, papers, subject, purpose)
    } catch (error) {
      return unknown(source, papers, error.name === 'TimeoutError' ? 'source_timed_out' : 'source_unavailable')
    }
    const outcomes = new Set(told.map((each) => each.outcome))
    const life = outcomes.has('unknown') ? 0 : outcomes.has('absent') ? source.absent_s : source.found_s
    if (life) {
      this.cache.set(key, { until: performance.now() + life * 1000, told })
      if (this.cache.size > MOST_CACHED) this.cache.delete(this.cache.keys().next().value)
    }
    return told
  }

  async call (source, papers, subject, purpose) {
    const answer = await this.pools.get(source.id).request({
      path: `/${source.id}/lookup`, method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ agency: purpose.agency, procedure: purpose.procedure, number: subject.personal_id }),
      headersTimeout: source.timeout_s * 1000, bodyTimeout: source.timeout_s * 1000, signal: AbortSignal.timeout(source.timeout_s * 1000)
    })
    const text = await answer.body.text()
    if (answer.statusCode !== 200 || text.length > MOST_BYTES) return unknown(source, papers, 'bad_answer')
    const body = JSON.parse(text)
    if (String(body.status) !== '1' || !Array.isArray(body.records)) return unknown(source, papers, 'bad_answer')
    return papers.map((paper) => this.read(source, paper, subject, body.records))
  }

  read (source, paper, subject, records) {
    const at = new Date().toISOString()
    const own = records.filter((record) => record.number === subject.personal_id)
    if (own.length < records.length) return unknown(source, [paper], 'wrong_owner')[0]
    const proving = own.filter((record) => record.kind === paper)
    if (!proving.length) return holding(source, paper, 'absent', at)
    if (proving.length > 1) return unknown(source, [paper], 'ambiguous_answer')[0]
    const record = proving[0]
    const same = fold(record.full_name) === fold(subject.full_name) && day(record.birth_date) === subject.birth_date
    const state = same ? (record.state === 'REVOKED' ? 'revoked' : record.issued_on ? 'valid' : 'incomplete') : 'mismatch'
    return holding(source, paper, 'held', at, { state, issued_on: day(record.issued_on), expires_on: day(record.expires_on) })
  }
}
