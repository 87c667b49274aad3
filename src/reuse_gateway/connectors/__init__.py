"""Connectors (kết nối): manifests are facts about databases; the protocols here ask them and never name one."""
