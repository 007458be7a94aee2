"""HTML doors: one blueprint per audience."""
