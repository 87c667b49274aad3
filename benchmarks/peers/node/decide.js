// The decision for each paper and the words of the answer, from the same facts as the gateway.

const FOUND_BUT = { expired: 'held_expired', revoked: 'held_expired', incomplete: 'held_incomplete', mismatch: 'held_mismatch' }
const DOUBT = { source_timed_out: 'source_timed_out', source_unavailable: 'source_unavailable' }
const FINAL = new Set(['abolished_document', 'outside_published_dossier', 'original_required', 'unrecognised_item', 'held_valid'])

/** What each paper is and whom to ask: [{ ref, paper, settled, requirement, candidates }]. */
export function plan (facts, items) {
  return items.map(({ ref, evidence_type: paper, role = 'applicant' }) => {
    const kind = facts.kinds[paper]
    const named = facts.procedure.requirements.filter((row) => row.role === role && row.any_of.some((all) => all.includes(paper)))
    const requirement = named.find((row) => !row.original) ?? named[0]
    const item = { ref, paper, role, requirement, candidates: [], settled: null }
    if (!kind) item.settled = 'unrecognised_item'
    else if (kind.abolished) item.settled = 'abolished_document'
    else if (!requirement) item.settled = 'outside_published_dossier'
    else if (requirement.original) item.settled = 'original_required'
    else {
      const others = [...new Set(requirement.any_of.flat())].filter((other) => other !== paper).sort()
      for (const name of [paper, ...others]) {
        for (const source of facts.sources) if (source.papers.includes(name)) item.candidates.push({ source, paper: name })
      }
      if (!item.candidates.length) item.settled = 'no_usable_source'
    }
    return item
  })
}

/** Each source once, for all papers wanted of it together. */
export function lookups (planned) {
  const asked = new Map()
  for (const { source, paper } of planned.filter((item) => !item.settled).flatMap((item) => item.candidates)) {
    if (!asked.has(source.id)) asked.set(source.id, { source, papers: new Set() })
    asked.get(source.id).papers.add(paper)
  }
  return [...asked.values()].map(({ source, papers }) => ({ source, papers: [...papers].sort() }))
}

export function decide (facts, planned, holdings, today) {
  return planned.map((item) => {
    const answers = item.settled ? [] : item.candidates.map(({ source, paper }) => judged(holdings.get(`${source.id} ${paper}`), today, facts)).filter(Boolean)
    let reason = item.settled ?? reasonOf(item, answers)
    const satisfied = FINAL.has(reason) ? [] : provedOtherwise(item, answers)
    if (satisfied.length) reason = 'held_valid'
    return { ref: item.ref, paper: item.paper, role: item.role, reason, holdings: answers, satisfied, cites: facts.kinds[item.paper]?.cites[reason] ?? [] }
  })
}

function judged (holding, today, facts) {
  if (!holding || holding.outcome !== 'held') return holding
  if (holding.issued_on && holding.issued_on > today) return { ...holding, outcome: 'absent', state: null }
  const last = lastGoodDay(holding, facts.kinds[holding.evidence_type])
  return holding.state === 'valid' && last && last < today ? { ...holding, state: 'expired' } : holding
}

function lastGoodDay (holding, kind) {
  const days = holding.expires_on ? [holding.expires_on] : []
  if (kind.validity_months && holding.issued_on) {
    const day = new Date(holding.issued_on)
    day.setUTCMonth(day.getUTCMonth() + kind.validity_months)
    days.push(day.toISOString().slice(0, 10))
  }
  return days.sort()[0]
}

function reasonOf (item, answers) {
  const own = answers.filter((holding) => holding.evidence_type === item.paper)
  const candidates = item.candidates.filter((candidate) => candidate.paper === item.paper)
  if (!candidates.length) return 'no_usable_source'
  const states = new Set(own.filter((holding) => holding.outcome === 'held').map((holding) => holding.state))
  if (states.has('valid')) return 'held_valid'
  for (const [state, reason] of Object.entries(FOUND_BUT)) if (states.has(state)) return reason
  const open = own.find((holding) => holding.outcome === 'unknown')
  if (open) return DOUBT[open.doubt] ?? 'bad_answer'
  if (own.length < candidates.length) return 'source_unavailable'
  return item.requirement.fallback === 'agency_to_agency' ? 'agency_must_obtain' : 'not_held'
}

function provedOtherwise (item, answers) {
  const valid = new Set(answers.filter((holding) => holding.outcome === 'held' && holding.state === 'valid').map((holding) => holding.evidence_type))
  return item.requirement?.any_of.find((all) => all.length && all.every((paper) => valid.has(paper))) ?? []
}

function filled (template, values) {
  return template.replace(/\{([a-z]+)\}/g, (_, name) => values[name])
}

export function rendered (facts, verdict) {
  const { decision, duty, notice } = facts.rulings[verdict.reason]
  const kind = facts.kinds[verdict.paper]
  const wanted = decision === 'ask_later' ? 'unknown' : 'held'
  const named = verdict.holdings.find((holding) => holding.outcome === wanted)
  const place = facts.sources.find((source) => source.id === named?.source)?.name ?? facts.words.the_databases
  const say = (lang) => filled(notice[lang], { paper: kind.name[lang], source: place[lang], agency: facts.agency[lang] })
  const action = decision === 'must_not_ask' ? (verdict.reason === 'held_valid' && kind.prefill ? 'prefill' : 'hide') : decision === 'may_ask' ? 'show' : 'defer'
  return {
    ref: verdict.ref, evidence_type: verdict.paper, role: verdict.role, matched: { score: 1.0, by: 'code' }, decision, reason: verdict.reason, duty,
    holdings: verdict.holdings.map(({ doubt, state, ...rest }) => ({ ...rest, reason: doubt ?? (state === null || state === 'valid' ? null : state) })),
    satisfied_by: verdict.satisfied, legal_basis: verdict.cites.map((code) => facts.citations[code]), form_action: action,
    notice: { vi: say('vi'), en: say('en') }, suggestions: []
  }
}
