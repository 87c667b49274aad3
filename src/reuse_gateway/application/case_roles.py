"""What a caller is to a case (vai trò trong vụ việc), with all who took part in it: nobody judges what his own body did."""

from __future__ import annotations

from reuse_gateway.application.case_ports import CaseRows
from reuse_gateway.domain.case import Role, ViolationCase
from reuse_gateway.domain.case_moves import answered_for, legal, role_of
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import NotAllowed, NotFound


async def role_in(rows: CaseRows, caller: Caller, case: ViolationCase) -> Role | None:
    """Who recorded the demands is asked only where somebody would judge. Raises StoreError."""
    agency = case.fingerprint.agency
    role = role_of(caller, agency)
    if role is not Role.AUDITOR:
        return role
    return role_of(caller, agency, answered_for(case) | await rows.recorders(case.id))


async def acting(rows: CaseRows, caller: Caller, case_id: str | None) -> tuple[ViolationCase, Role]:
    """The case and what the caller is to it. Raises NotFound for strangers, NotAllowed(`own_case`) for an auditor whose
    body took part, StoreError.
    """
    case = await rows.case(case_id) if case_id else None
    role = await role_in(rows, caller, case) if case else None
    if case is None or (role is None and role_of(caller, case.fingerprint.agency) is None):
        raise NotFound()
    if role is None:
        raise NotAllowed(code="own_case", state=case.state.value, legal=legal(case.state, None))
    return case, role
