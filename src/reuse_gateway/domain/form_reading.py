"""What each field of a form asks for: by binding, by the builder's own tag, by template number, by the words of its label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reuse_gateway.domain.check import ORGANISATION
from reuse_gateway.domain.form import Binding, Bindings, Field, FieldKind, Form, FoundBy
from reuse_gateway.domain.matching import OTHER, Kind, Reading, Sense, Vocabulary
from reuse_gateway.domain.matching.doubts import OWNER
from reuse_gateway.domain.personal_fact import WITNESS, either, owner_of, personal_fact, role_at_end, role_in

_LONGEST_LABEL, _LONGEST_STRIPPED, _MOST_SUGGESTED_FOR = 2_000, 300, 200
# What forms put around the name of a paper, and published dossiers do not.
_BEFORE = re.compile(
    r"^\W*(?:(?:vui lòng|xin|đề nghị|yêu cầu|hãy|please|tải(?: tệp| file| ảnh)? lên|tải|upload|attach|chọn|đính kèm|scan"
    r"|(?:bản |tệp |file )?(?:scan|quét)|tệp tin|tệp|file|ảnh chụp|hình chụp|hình ảnh|ảnh|mặt trước|mặt sau|hai mặt|2 mặt"
    r"|và|của)\W+)+",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:\W+(?:mặt trước|mặt sau|hai mặt|2 mặt|và|bản scan|pdf|front|back))+\W*$", re.IGNORECASE)
_SIDE = re.compile(r"mặt (?:trước|sau)|\b(?:front|back)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a label says about papers; `any_of` is empty where that is not sure."""

    any_of: tuple[tuple[str, ...], ...] = ()
    score: float = 0.0
    role: str | None = None
    certified: bool = False
    sure: bool = False
    own: bool = False
    named: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()


class _Labels:
    """Labels read once each; suggestions for the first ones only, since likeness is costly."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary, self._said, self._suggested = vocabulary, dict[str, Said](), 0

    def said(self, label: str) -> Said:
        if label not in self._said:
            self._said[label] = _said(label, self.vocabulary)
        return self._said[label]

    def suggested(self, label: str) -> tuple[str, ...]:
        self._suggested += 1
        return self.vocabulary.suggest(label) if label and self._suggested <= _MOST_SUGGESTED_FOR else ()


def understood(form: Form, vocabulary: Vocabulary, bindings: Bindings) -> Form:
    """The form with every field tied to what it asks for. Words decide only where they are sure, as in a check."""
    bound = {field.place: binding for name, binding in bindings.items() for field in form.named(name)}
    labels = _Labels(vocabulary)
    return replace(form, fields=tuple(_tied(field, bound.get(field.place), labels) for field in form.fields))


def unbound(form: Form, bindings: Bindings) -> tuple[str, ...]:
    """Names that a binding gives and no field of the form has."""
    return tuple(name for name in bindings if not form.named(name))


def one_side(field: Field) -> bool:
    """Front or back of one paper: two such fields are still one paper."""
    return bool(_SIDE.search(field.label))


def _tied(field: Field, binding: Binding | None, labels: _Labels) -> Field:
    named = _by_code(field, binding, labels.vocabulary)
    if named is None and field.kind is not FieldKind.ATTACHMENT:
        return _personal(field)
    said = labels.said(field.label[:_LONGEST_LABEL])
    if named is None:
        return _by_label(field, said, labels)
    any_of, found_by = named
    role = (binding.role if binding else None) or field.told_role
    told = tuple(dict.fromkeys(key for together in any_of for key in together))
    other = tuple(key for together in said.any_of for key in together if key not in told) if said.sure else ()
    clash = bool(other) and not {key for together in said.any_of for key in together} & set(told)
    return replace(
        field,
        kind=FieldKind.ATTACHMENT if any_of else field.kind,
        any_of=any_of,
        role=role or _role(said, field),
        strict=role is not None,
        found_by=found_by,
        score=1.0,
        certified=said.certified,
        contradicted_by=tuple(dict.fromkeys(other)) if clash else (),
    )


def _by_code(
    field: Field, binding: Binding | None, vocabulary: Vocabulary
) -> tuple[tuple[tuple[str, ...], ...], FoundBy] | None:
    """By binding, tag, hint or template number; None where no code says anything we know."""
    if binding is not None:
        known = tuple((key,) for key in binding.evidence_types if key in vocabulary.keys)
        return (known, FoundBy.BINDING) if known or not binding.evidence_types else None
    key = _known((field.tag, *field.hints), vocabulary)
    if key:
        return ((key,),), FoundBy.TAG
    key = _known((field.template_no,), vocabulary)
    if key:
        return ((key,),), FoundBy.FILE_TEMPLATE_NO
    bare = field.kind is FieldKind.ATTACHMENT and not field.label and field.path and field.path[-1] in vocabulary.keys
    return (((field.path[-1],),), FoundBy.TAG) if bare else None


def _known(codes: Iterable[str | None], vocabulary: Vocabulary) -> str | None:
    """The first that is a kind of paper (also as `evidence:KIND`) or a result code."""
    for code in filter(None, codes):
        plain = code.removeprefix("evidence:")
        if plain in vocabulary.keys:
            return plain
        if plain in vocabulary.result_codes:
            return vocabulary.result_codes[plain]
    return None


def _by_label(field: Field, said: Said, labels: _Labels) -> Field:
    if said.sure:
        return replace(
            field,
            any_of=said.any_of,
            role=field.told_role or _role(said, field),
            strict=field.told_role is not None,
            found_by=FoundBy.LABEL,
            score=said.score,
            certified=said.certified,
        )
    if said.own:
        return replace(field, score=said.score, found_by=FoundBy.LABEL)
    if said.doubted and role_at_end(field.label[:_LONGEST_LABEL]) not in (None, WITNESS):
        return replace(field, any_of=(said.doubted,), role=_role(said, field), found_by=FoundBy.LABEL, score=said.score)
    near = tuple(dict.fromkeys((*said.named, *labels.suggested(field.label[:_LONGEST_LABEL]))))[:3]
    return replace(field, suggestions=near, score=said.score, doubted=said.doubted)


def _role(said: Said, field: Field) -> str | None:
    """Whose paper the words name, or a title around them; a body may be the applicant itself, so it is left to the dossier."""
    if said.role == ORGANISATION:
        return None
    last = role_at_end(field.label[:_LONGEST_LABEL])
    return last if either(last) else said.role or last or role_in(field.sections)


def _personal(field: Field) -> Field:
    fact = personal_fact(field.label, field.path[-1] if field.path else "")
    if fact is None:
        return field
    return replace(field, kind=FieldKind.PERSONAL, personal=fact, owner=owner_of(field.label, field.sections, fact))


def _said(label: str, vocabulary: Vocabulary) -> Said:
    """The label as it is; where that is not sure, without the words that forms put around a name."""
    whole = _of(label, vocabulary)
    if len(label) > _LONGEST_STRIPPED:
        return whole
    bare = _BEHIND.sub("", _BEFORE.sub("", label))
    if bare == label or not bare or (whole.sure and not whole.own):
        return whole
    inner = _of(bare, vocabulary)
    return inner if inner.sure and not inner.own else whole


def _of(label: str, vocabulary: Vocabulary) -> Said:
    if "KQ." in label:
        match = vocabulary.match(None, None, label)
        if match.evidence_type:
            return Said(((match.evidence_type,),), match.score, match.role, sure=True)
    reading = vocabulary.read(label)
    certified = Sense.CERTIFIED in reading.signs
    outside = reading.kind is Kind.DEMAND and reading.evidence_types == (OTHER,) and reading.sure
    if outside:
        return Said((), reading.score, reading.role, certified, own=True)
    sure = _sure(reading)
    any_of = reading.any_of if sure else ()
    own = sure and {key for together in any_of for key in together} <= {"portrait_photo", "application_form"}
    named = tuple(key for key in reading.evidence_types if key != OTHER)
    doubted = named if reading.doubts == (OWNER,) and reading.complete and len(named) == 1 else ()
    return Said(any_of, reading.score, reading.role, certified, sure, own, named, doubted)


def _sure(reading: Reading) -> bool:
    """As for the label of an item in a check, but alternatives and papers wanted together count too."""
    demanded = reading.kind is Kind.DEMAND and reading.complete and reading.sure
    return demanded and bool(reading.any_of) and OTHER not in reading.evidence_types
