"""The documents: templates, styles and words. Package data only."""
