"""What form owners and intake servers send about forms (shapes on the wire)."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from reuse_gateway.api.schemas import DossierCode, OtherIn, Role, Strict, SubjectIn
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.form import NONE_OF_OURS, Binding
from reuse_gateway.domain.free_text import names_somebody, url_names_somebody
from reuse_gateway.domain.registered_form import MOST_BINDINGS, FormState, FormVersion, bound_fields, free_fields
from reuse_gateway.domain.text import nfc

FORM_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
# Plain http for the machine itself alone: a page that anybody can change on its way may not ask about a person.
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")
FormId = Annotated[str, Field(pattern=FORM_ID, examples=["dang-ky-khai-sinh"])]
FieldName = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]+$")]


def _listed(told: Any) -> Any:
    return [told] if isinstance(told, str) else told


def _spelt_out(told: Any) -> Any:
    return told if isinstance(told, dict) else {"evidence_type": told}


Kind = Annotated[str, Field(min_length=1, max_length=64)]


class BindingIn(Strict):
    """The paper that a field asks for, or several of which any one will do, and whose; `none` = none of the catalogue's.

    In short a string or a list stands for the whole, as in a binding file of `lint`.
    """

    evidence_type: Annotated[
        list[Kind], Field(min_length=1, max_length=16), BeforeValidator(_listed, json_schema_input_type=Kind | list[Kind])
    ]
    role: Role | None = None

    @property
    def binding(self) -> Binding:
        """As lint and the guard take it."""
        return Binding(tuple(dict.fromkeys(kind for kind in self.evidence_type if kind != NONE_OF_OURS)), self.role)


def _no_personal_number(bindings: dict[str, Any]) -> dict[str, Any]:
    if any(map(names_somebody, bindings)):
        raise ValueError("personal_number_in_ref")
    return bindings


OneBindingIn = Annotated[BindingIn, BeforeValidator(_spelt_out, json_schema_input_type=BindingIn | Kind | list[Kind])]
BindingsIn = Annotated[dict[FieldName, OneBindingIn], Field(max_length=MOST_BINDINGS), AfterValidator(_no_personal_number)]


class FormIn(Strict):
    """PUT /v1/forms/{form_id}: a new version."""

    dialect: str = Field(max_length=32, examples=["formio"])
    procedure: str = Field(max_length=40, examples=["1.001193"])
    case: str | None = Field(None, max_length=2_000)
    version: str = Field(min_length=1, max_length=40, description="The builder's own word for it.", examples=["7"])
    definition: dict[str, Any] | list[Any]
    bindings: BindingsIn = Field(default_factory=dict)
    origins: list[str] = Field(default_factory=list, max_length=16, description="Pages that may call from a browser.")
    publish: bool = Field(True, description="False keeps a draft that nobody gets and nothing guards.")

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: list[str]) -> list[str]:
        if not all(len(each) <= 200 and _ORIGIN.fullmatch(each) and not url_names_somebody(each) for each in origins):
            raise ValueError("origin_shape")
        return sorted(set(origins))

    def version_of(self, form_id: str, procedure: str, caller: Caller, recorded_at: Any) -> FormVersion:
        """The version, before it is numbered and looked through."""
        bindings = {name: told.binding for name, told in self.bindings.items()}
        return FormVersion(
            id=form_id,
            revision=0,
            version=nfc(self.version),
            state=FormState.PUBLISHED if self.publish else FormState.DRAFT,
            dialect=self.dialect,
            procedure=procedure,
            text=json.dumps(self.definition, ensure_ascii=False, separators=(",", ":")),
            bound=bound_fields(bindings),
            agency=caller.agency,
            client_id=caller.client_id,
            recorded_at=recorded_at,
            case=None if self.case is None else nfc(self.case),
            origins=tuple(self.origins),
            free=free_fields(bindings),
        )


class LintIn(Strict):
    """POST /v1/forms:lint: a form of a procedure, about nobody."""

    procedure: str = Field(max_length=40, examples=["1.001193"])
    case: str | None = Field(None, max_length=2_000)
    as_of: str | None = Field(None, max_length=10, description="YYYY-MM-DD: the day whose law decides; default today.")
    definition: Any = Field(examples=[{"components": [{"type": "file", "key": "a", "label": "Sổ hộ khẩu"}]}])
    bindings: BindingsIn = Field(default_factory=dict)


class FormSessionIn(Strict):
    """POST /v1/form-sessions: an intake server vouches for the person in front of a form."""

    form: FormId
    subject: SubjectIn
    others: list[OtherIn] = Field(default_factory=list, max_length=16)
    case: str | None = Field(None, max_length=2_000)
    dossier: DossierCode | None = None
    officer: str | None = Field(None, min_length=1, max_length=64)
    origin: str | None = Field(None, max_length=200, description="The one page that may use the session; of the form's.")


class FormSecretIn(Strict):
    """POST /v1/forms/{form_id}/secrets."""

    overlap_hours: int = Field(24, ge=0, le=720, description="How long the secrets issued before go on being good.")


class NamedFormIn(Strict):
    """The form that a builder speaks of."""

    id: FormId
    version: str | None = Field(None, max_length=40)
    definition: Any = None


class PresenceIn(Strict):
    """Whether a field holds something: never what."""

    present: bool


class FormCallIn(Strict):
    """POST /v1/webhooks/forms/{dialect}: the neutral call. `session` from a browser, `subject` from a server, never both."""

    form: NamedFormIn | None = None
    phase: Literal["render", "page", "submit"]
    page: str | None = Field(None, max_length=200)
    session: str | None = Field(None, max_length=8_192)
    secret: str | None = Field(None, max_length=200, description="For builders that can authenticate in no other way.")
    subject: SubjectIn | None = None
    others: list[OtherIn] = Field(default_factory=list, max_length=16)
    case: str | None = Field(None, max_length=2_000)
    dossier: DossierCode | None = None
    officer: str | None = Field(None, min_length=1, max_length=64)
    fields: dict[str, PresenceIn] | None = Field(None, max_length=10_000)
    data: dict[str, Any] | None = Field(None, description="The submission itself; only whether fields hold something is kept.")
