"""Which papers a form is guarded for (trường được canh giữ): whatever lint reads, or a form without bindings asks unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from reuse_gateway.domain.form import Bindings, Field, Form, FoundBy
from reuse_gateway.domain.form_finding import Rule
from reuse_gateway.domain.paper_judging import Bench
from reuse_gateway.domain.registered_form import BoundField

_LONGEST_NAME, _NUMBER = 128, 9
_NEVER = (Rule.ABOLISHED_PAPER, Rule.OUTSIDE_PUBLISHED_DOSSIER)


def guarded(form: Form, bindings: Bindings, bench: Bench) -> tuple[BoundField, ...]:
    """The fields of a form that was `understood` with these bindings, hidden and locked ones too, each with its papers."""
    named = {field.place: name for name in bindings for field in form.named(name)}
    keys = Counter(field.key for field in form.fields)
    found: dict[tuple[str, str], BoundField] = {}
    for field in form.fields:
        name = named.get(field.place) or _name(field, keys)
        by = FoundBy.BINDING if field.place in named else field.found_by
        for kind, together in _papers(field, bench):
            found.setdefault((name, kind), BoundField(name, kind, field.role, by.value, field.strict, together))
    return tuple(found.values())


def _name(field: Field, keys: Mapping[str, int]) -> str:
    """The key, where it names this field alone and can be told again; else the place."""
    plain = 0 < len(field.key) <= _LONGEST_NAME and sum(map(str.isdigit, field.key)) < _NUMBER
    return field.key if plain and keys[field.key] == 1 else field.pointer


def _papers(field: Field, bench: Bench) -> Iterator[tuple[str, bool]]:
    """Each paper, and whether the others are wanted besides. In a choice nobody is accused of what nobody can demand anyway:
    whoever hands something in has handed in the other paper.
    """
    never = [kind for kind in field.contradicted_by if bench.kinds[kind].may_never_be_demanded(bench.day)]
    yield from ((kind, False) for kind in never)
    choice = [together[0] for together in field.any_of if len(together) == 1]
    if not choice:
        yield from ((kind, True) for kind in (field.any_of[0] if len(field.any_of) == 1 else ()))
        return
    judged = {kind: bench.judge(kind, field.role, strict=field.strict).rule for kind in choice}
    kept = [kind for kind in choice if judged[kind] not in _NEVER] or choice
    yield from ((kind, False) for kind in dict.fromkeys(kept))
