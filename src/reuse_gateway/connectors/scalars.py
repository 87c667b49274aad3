"""Scalars that several parts of a manifest share; every value arrives as text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field


def _truth(value: object) -> object:
    if value not in (True, False, "true", "false"):
        raise ValueError("true or false")
    return value in (True, "true")


Truth = Annotated[bool, BeforeValidator(_truth)]
SecretName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,63}$")]
Seconds = Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)]
UrlPath = Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_.:-]{0,200}$")]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
