"""API v1: what other programs call."""
