"""The catalogue of facts (danh mục): dated law, papers, procedures, agencies and sentences; its loader and readers."""
