"""Looking at a form before it is published (rà soát biểu mẫu). Pure, and about nobody: no person is needed to see these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from reuse_gateway.domain.evidence_type import ReuseClass
from reuse_gateway.domain.form import Bindings, Field, FieldKind, Form, FoundBy, Trap
from reuse_gateway.domain.form_finding import RULES, FormFinding, Level, Rule
from reuse_gateway.domain.form_reading import one_side, unbound
from reuse_gateway.domain.paper_judging import Bench, Judged
from reuse_gateway.domain.personal_fact import WITNESS, PersonalFact, whose
from reuse_gateway.domain.procedure import Mode

_TRAPS = {
    Trap.REQUIRED_WHILE_HIDDEN: Rule.REQUIRED_WHILE_HIDDEN,
    Trap.REQUIRED_WHILE_READ_ONLY: Rule.REQUIRED_WHILE_READ_ONLY,
    Trap.UNCHECKED_WHILE_READ_ONLY: Rule.UNCHECKED_WHILE_READ_ONLY,
}
_LEFT_OPEN = (Rule.REPLACEABLE_PAPER, Rule.AGENCY_OBTAINS, Rule.HELD_BY_PROVINCE, Rule.REPLACEABLE_BY_ALTERNATIVE)
_NOTHING_FORBIDDEN = (Rule.ORIGINAL_REQUIRED, Rule.OWN_RESULT, Rule.UNDECIDED_DOSSIER)


def lint(form: Form, bindings: Bindings, bench: Bench) -> tuple[FormFinding, ...]:
    """Everything found in a form that was `understood` with these bindings, in the form's own order."""
    found = [*_of_bindings(form, bindings, bench), *_of_the_whole(form)]
    openers = _openers(form.fields)
    for field in form.fields:
        found += _of_papers(field, bench)
        found += _of_words(field, bench)
        found += _of_traps(field)
        found += _retyped(field, openers, bench)
    found += _repeated(form.fields, bench)
    return tuple(found)


def _of_bindings(form: Form, bindings: Bindings, bench: Bench) -> Iterator[FormFinding]:
    for name in unbound(form, bindings):
        yield FormFinding(Rule.BINDING_WITHOUT_FIELD, "", name)
    for name, binding in bindings.items():
        for key in binding.evidence_types:
            if key not in bench.kinds:
                near = bench.facts.vocabulary.suggest(key.replace("_", " "))
                yield FormFinding(Rule.BINDING_UNKNOWN_PAPER, "", name, suggestions=near)


def _of_the_whole(form: Form) -> Iterator[FormFinding]:
    for fault in form.faults:
        yield FormFinding(Rule.UNREADABLE_PART, fault.pointer, "", label=fault.code)
    if not form.fields:
        yield FormFinding(Rule.NOTHING_READ, "", "")


def _of_papers(field: Field, bench: Bench) -> Iterator[FormFinding]:
    """What the field asks for, judged. Where it offers a choice, one forbidden alternative is no fault of the others."""
    if not field.locked:
        yield from _of_nobody(field, bench)
    if field.locked or not field.any_of:
        return
    by_kind = {key: bench.judge(key, field.role, strict=field.strict) for key in field.evidence_types}
    if field.role == WITNESS and not field.strict:
        yield from _of_a_witness(field, by_kind, bench)
        return
    for judged in _told(field, by_kind):
        rule = _weighed(field, judged)
        yield _finding(field, judged, rule, bench)
    yield from _of_the_form_of_papers(field, by_kind, bench)


def _of_a_witness(field: Field, by_kind: dict[str, Judged], bench: Bench) -> Iterator[FormFinding]:
    """No dossier lists the papers of who only bears witness, and none of the applicant's rows speaks of them."""
    for judged in by_kind.values():
        never = judged.rule is Rule.ABOLISHED_PAPER
        yield _finding(field, judged, _weighed(field, judged) if never else Rule.OTHER_PERSONS_PAPER, bench)


def _of_nobody(field: Field, bench: Bench) -> Iterator[FormFinding]:
    """A paper that may be demanded of nobody needs no owner, and no tag or binding makes another of it."""
    for key in (*field.doubted, *field.contradicted_by):
        judged = bench.judge(key, None, strict=False)
        if judged.rule is Rule.ABOLISHED_PAPER:
            yield _finding(field, judged, _weighed(field, judged), bench)


def _told(field: Field, by_kind: dict[str, Judged]) -> list[Judged]:
    """Which judgements count for the field as a whole."""
    broken = [judged for judged in by_kind.values() if judged.rule]
    if len(field.any_of) == 1:
        return broken
    never = [judged for judged in broken if judged.rule is Rule.ABOLISHED_PAPER]
    whole = [[by_kind[key] for key in together] for together in field.any_of]
    spared = [judged[0] for judged in whole if all(each.rule in _LEFT_OPEN for each in judged)]
    if spared:
        return [*never, min(spared, key=lambda judged: _LEFT_OPEN.index(judged.rule))]
    outside = [judged for judged in broken if judged.rule is Rule.OUTSIDE_PUBLISHED_DOSSIER]
    notes = [judged for judged in broken if judged.rule in _NOTHING_FORBIDDEN]
    return never + (outside[:1] if len(outside) + len(never) == len(by_kind) else []) + notes[:1]


def _weighed(field: Field, judged: Judged) -> Rule:
    """A field that its author leaves to the gateway breaks nothing by standing there; one only hidden is not locked."""
    rule = judged.rule or Rule.UNDECIDED_DOSSIER
    if field.gated and not field.required and rule in _LEFT_OPEN:
        return Rule.LEFT_TO_THE_GATEWAY
    if field.hidden and RULES[rule].level is Level.ERROR:
        return Rule.HIDING_IS_NOT_ENFORCED
    return rule


def _of_the_form_of_papers(field: Field, by_kind: dict[str, Judged], bench: Bench) -> Iterator[FormFinding]:
    """Copies where the paper is only to be shown, certified ones on top, another person's paper than the dossier lists."""
    judged = next(iter(by_kind.values()))
    forbidden = any(each.rule and RULES[each.rule].level is Level.ERROR for each in by_kind.values())
    row = judged.requirement
    if row is not None and row.mode is Mode.PRESENT and not forbidden and not field.hidden and not field.gated:
        yield _finding(field, judged, Rule.COPY_OF_SHOWN_PAPER, bench)
    if field.certified and judged.rule is not Rule.ABOLISHED_PAPER:
        yield _finding(field, judged, Rule.CERTIFIED_COPY, bench, cited="certified_copy")
    if row is not None and field.role is not None and not field.strict and bench.named_for_another(field.label, row):
        yield _finding(field, judged, Rule.OTHER_PERSONS_PAPER, bench)


def _of_words(field: Field, bench: Bench) -> Iterator[FormFinding]:
    if field.locked:
        return
    nobodys = any(bench.kinds[key].may_never_be_demanded(bench.day) for key in field.doubted)
    if field.tag and field.found_by not in (FoundBy.TAG, FoundBy.BINDING):
        yield _plain(field, Rule.UNKNOWN_TAG, suggestions=field.suggestions)
    elif field.kind is FieldKind.ATTACHMENT and field.found_by is FoundBy.NOTHING and not nobodys:
        yield _plain(field, Rule.UNSURE_LABEL, suggestions=field.suggestions)
    if field.contradicted_by:
        yield _plain(field, Rule.TAG_AGAINST_LABEL, suggestions=field.contradicted_by)


def _of_traps(field: Field) -> Iterator[FormFinding]:
    for trap in field.traps:
        if trap in _TRAPS:
            yield _plain(field, _TRAPS[trap])


def _openers(fields: Iterable[Field]) -> frozenset[tuple[str, tuple[str, ...], bool]]:
    """Whose number is typed where: of a person or of a body, in the same row of the same repeated part."""
    typed = ((field, field.personal) for field in fields if field.personal and not (field.hidden or field.locked))
    return frozenset(_whose(field, fact) for field, fact in typed if fact.opens)


def _whose(field: Field, fact: PersonalFact) -> tuple[str, tuple[str, ...], bool]:
    return field.owner, field.path[:-1] if field.repeated else (), fact.of_enterprise


def _retyped(field: Field, openers: frozenset[tuple[str, tuple[str, ...], bool]], bench: Bench) -> Iterator[FormFinding]:
    """V10: what stands in the register that the number beside it opens is typed again (Law 148/2025, indicator 4.5)."""
    fact = field.personal
    if fact is None or fact.opens or field.filled or field.hidden or field.locked or _whose(field, fact) not in openers:
        return
    sources = bench.can_fill(fact.evidence_type)
    if sources:
        judged = Judged(fact.evidence_type, Rule.RETYPED_PERSONAL_DATA, field.owner, sources=sources)
        yield _finding(field, judged, Rule.RETYPED_PERSONAL_DATA, bench)


def _repeated(fields: Iterable[Field], bench: Bench) -> Iterator[FormFinding]:
    """One paper of one person asked for twice (one's own forms and letters may be several), and names that fields share."""
    seen, keys = set[tuple[str, str, str]](), Counter[str]()
    for field in fields:
        keys[field.key] += 1
        if field.kind is FieldKind.ATTACHMENT and keys[field.key] == 2:
            yield _plain(field, Rule.DUPLICATE_KEY)
        if field.locked or len(field.any_of) != 1 or one_side(field):
            continue
        for key in field.evidence_types:
            if bench.kinds[key].reuse is ReuseClass.MAY_ASK:
                continue
            judged = bench.judge(key, field.role, strict=field.strict)
            paper = key, judged.role, whose((*field.sections, field.label))
            if paper in seen:
                yield _finding(field, judged, Rule.ASKED_TWICE, bench)
            seen.add(paper)


def _plain(field: Field, rule: Rule, suggestions: tuple[str, ...] = ()) -> FormFinding:
    return FormFinding(rule, field.pointer, field.key, field.label, role=field.role, suggestions=suggestions)


def _finding(field: Field, judged: Judged, rule: Rule, bench: Bench, cited: str | None = None) -> FormFinding:
    reason = judged.rule if rule in (Rule.HIDING_IS_NOT_ENFORCED, Rule.LEFT_TO_THE_GATEWAY) and judged.rule else rule
    topic = RULES[reason].topic or RULES[rule].topic
    bases = bench.law.cite(topic, cited or judged.evidence_type, bench.day) if topic else ()
    return FormFinding(
        rule=rule,
        pointer=field.pointer,
        field=field.key,
        label=field.label,
        evidence_type=judged.evidence_type,
        role=judged.role,
        bases=tuple(basis.code for basis in bases),
        sources=judged.sources,
    )
