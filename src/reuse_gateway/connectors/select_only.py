"""What a manifest may say to a database: one SELECT over a view, made of a closed list of words and functions.

The account should be read-only as well; this list keeps an honest mistake from becoming a statement that writes or sleeps.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<quoted>"[^"]+"|\[[A-Za-z_][\w ]*\])|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<bound>:[A-Za-z_]\w*)|(?P<word>[^\W\d]\w*)|(?P<sign>\|\||<>|<=|>=|!=|[(),.=<>*+/-])""",
)
_FUNCTIONS = {
    *(
        "coalesce",
        "nullif",
        "upper",
        "lower",
        "trim",
        "ltrim",
        "rtrim",
        "length",
        "substr",
        "substring",
        "replace",
        "cast",
        "date",
    ),
    *(
        "to_char",
        "max",
        "min",
        "count",
        "sum",
        "abs",
        "exists",
        "in",
        "and",
        "or",
        "not",
        "on",
        "when",
        "then",
        "where",
        "having",
    ),
    *("as", "else", "union", "all", "select", "by", "from"),
}
_FORBIDDEN = {
    *(
        "insert",
        "update",
        "delete",
        "merge",
        "drop",
        "alter",
        "create",
        "truncate",
        "grant",
        "revoke",
        "exec",
        "execute",
        "call",
    ),
    *(
        "into",
        "copy",
        "attach",
        "detach",
        "pragma",
        "vacuum",
        "set",
        "begin",
        "commit",
        "rollback",
        "lock",
        "declare",
        "do",
        "load",
    ),
    *("for", "with", "recursive", "waitfor", "openrowset"),
}


def checked_statement(text: object) -> str:
    """The statement; raises ValueError saying what may not stand in it. Comments, `;` and `::` may not."""
    if not isinstance(text, str) or not 0 < len(text) <= 4_000:
        raise ValueError("a statement is text of at most 4000 characters")
    place, before, depth = 0, "", 0
    words: list[str] = []
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or text.startswith(("--", "/*", "*/"), place):
            raise ValueError(f"{text[place : place + 8]!r} may not stand in a statement")
        place, part = match.end(), match[0].lower()
        if match.lastgroup == "space":
            continue
        if match.lastgroup == "word":
            words.append(part)
            if part in _FORBIDDEN:
                raise ValueError(f"{part!r} may not stand in a statement")
        if part == "(" and (before[-1:] in ('"', "]") or (before.isidentifier() and before not in _FUNCTIONS)):
            raise ValueError(f"the function {before!r} is not on the list")
        depth += {"(": 1, ")": -1}.get(part, 0)
        if depth < 0:
            raise ValueError("brackets do not match")
        before = part
    if depth or words[:1] != ["select"] or "from" not in words or "where" not in words:
        raise ValueError("a statement is one SELECT ... FROM ... WHERE ...")
    return " ".join(text.split()) if "'" not in text else text
