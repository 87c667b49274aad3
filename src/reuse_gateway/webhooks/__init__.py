"""The way out to those who subscribed: one HTTP POST to a judged and pinned address."""
