"""First drafts of a manifest and its cases, from a few answers or an OpenAPI document; they pass their tests at once."""
