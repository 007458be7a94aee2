"""The command line: every command calls an action or a query; it is never a second program."""

from tracker.cli.main import main

__all__ = ["main"]
