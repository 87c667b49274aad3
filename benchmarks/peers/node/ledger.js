// The same tables as the gateway's (its own migrations made them), the same leaf, tree and signed checkpoint.
// Group commit: everything that one turn of the event loop brought is one transaction with synchronous=FULL.
import { createHash, sign } from 'node:crypto'
import Database from 'better-sqlite3'

const MOST_AT_ONCE = 512
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])

const INSERTS = {
  leaf: 'INSERT INTO ledger_leaves (leaf_index, entry, hash, kind, ref) VALUES (?,?,?,?,?)',
  check: `INSERT INTO checks (leaf_index, check_id, short_code, decided_at, client_id, agency, procedure, as_of, stage, policy_version,
          subject, case_ref, dossier, officer, degraded, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
  verdict: 'INSERT INTO verdicts (leaf_index, position, check_id, evidence_type, role, decision, reason, source, tier) VALUES (?,?,?,?,?,?,?,?,?)',
  subtree: 'INSERT INTO ledger_subtrees (level, position, hash) VALUES (?,?,?)',
  checkpoint: 'INSERT INTO ledger_checkpoints (size, previous_size, root, frontier, note, signed_at) VALUES (?,?,?,?,?,?)'
}

export class Ledger {
  constructor (path, key, origin) {
    this.db = new Database(path)
    for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'recursive_triggers=ON', 'mmap_size=0']) this.db.pragma(pragma)
    if (this.db.pragma('synchronous', { simple: true }) < 2) throw new Error('not durable')
    this.key = key
    this.origin = origin
    this.insert = Object.fromEntries(Object.entries(INSERTS).map(([name, sql]) => [name, this.db.prepare(sql)]))
    this.head = this.db.prepare('SELECT size, frontier FROM ledger_checkpoints ORDER BY size DESC LIMIT 1')
    this.waiting = []
    this.due = false
    this.write = this.db.transaction((batch) => this.composed(batch)).immediate
  }

  /** Durable when it resolves; { index, size }. `rows` are the columns behind the leaf index. */
  append (entry, kind, ref, check, verdicts) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, kind, ref, check, verdicts, resolve, reject })
      if (!this.due) {
        this.due = true
        setImmediate(() => this.flush())
      }
    })
  }

  flush () {
    const batch = this.waiting.splice(0, MOST_AT_ONCE)
    this.due = this.waiting.length > 0
    if (this.due) setImmediate(() => this.flush())
    try {
      const { start, size } = this.write(batch)
      batch.forEach((each, at) => each.resolve({ index: start + at, size }))
    } catch (error) {
      for (const each of batch) each.reject(error)
    }
  }

  composed (batch) {
    const row = this.head.get()
    const start = row?.size ?? 0
    let hashes = row ? unpacked(row.frontier) : []
    let size = start
    for (const { entry, kind, ref, check, verdicts } of batch) {
      const hash = sha256(LEAF, entry)
      this.insert.leaf.run(size, entry, hash, kind, ref)
      this.insert.check.run(size, ...check)
      for (const verdict of verdicts) this.insert.verdict.run(size, ...verdict)
      hashes = this.grown(hashes, size, hash)
      size += 1
    }
    const root = hashes.reduceRight((node, left) => (node ? sha256(NODE, left, node) : left), null)
    this.insert.checkpoint.run(size, row ? start : -1, root, Buffer.concat(hashes), this.note(size, root), new Date().toISOString())
    return { start, size }
  }

  grown (hashes, position, leaf) {
    const kept = hashes.slice()
    let node = leaf
    for (let level = 0; position & 1; level += 1, position >>= 1) {
      node = sha256(NODE, kept.pop(), node)
      if ((level + 1) % 8 === 0) this.insert.subtree.run(level + 1, position >> 1, node)
    }
    kept.push(node)
    return kept
  }

  note (size, root) {
    const text = `${this.origin}\n${size}\n${root.toString('base64')}\n`
    const signature = sign(null, Buffer.from(text), this.key)
    return Buffer.from(`${text}\n— ${this.origin} ${Buffer.concat([Buffer.alloc(4), signature]).toString('base64')}\n`)
  }
}

function unpacked (frontier) {
  const hashes = []
  for (let at = 0; at < frontier.length; at += 32) hashes.push(frontier.subarray(at, at + 32))
  return hashes
}
