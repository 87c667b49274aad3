"""Keys and what is signed with them: receipts, checkpoints and access tokens; and the pseudonyms of people."""
