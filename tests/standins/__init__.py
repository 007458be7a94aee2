"""Stand-ins: the outside systems, played by servers that really listen.

Each stand-in really listens, in a process or a thread of its own, and is written from the outside system's wire format
alone. Nothing of the product is imported here and nothing of the product imports from here: were
a date format or a status word shared with the feed, a mistake in it would agree with itself and no test would see it.

- `one_stop` is the one-stop system (OpenCPS v2 over REST): `python -m tests.standins.one_stop --help`. Its docstring
  has the file of dossiers, the calls for the demo and the faults.
- `vnpost` is the post's NGSP gateway, `my_vnpost` its portal for customers, `national_portal` the adapter of the
  National Public Service Portal; what they share, faults of the line above all, is `playing`.
- `running` starts a stand-in on a free port for the length of a test.

Messages to citizens have no stand-in: what would be sent is a row that the tests read.
"""
