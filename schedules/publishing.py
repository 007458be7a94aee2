"""A root leaves the house as a small file: written whole or not at all, and never over another one."""

import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from tracker.domain.chain import instant
from tracker.store.queries.roots import StoredRoot


class AnotherRootThereError(Exception):
    """A file of that name tells another root: this database, or the folder, is not what it was."""


def file_name(root: StoredRoot) -> str:
    """`root-2026-11-24.json`; a further one of the same day bears its number of the day."""
    return f"root-{root.day.isoformat()}{'' if root.of_day == 1 else f'-{root.of_day}'}.json"


def file_content(root: StoredRoot) -> bytes:
    told = {
        "number": root.number,
        "day": root.day.isoformat(),
        "made_at": instant(root.made_at),
        "previous": root.previous,
        "leaves": root.size,
        "root": root.root,
    }
    return json.dumps(told, indent=1).encode() + b"\n"


def publish(folder: Path, root: StoredRoot) -> str:
    """The file's name. Raises AnotherRootThereError and OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    file, content = folder / file_name(root), file_content(root)
    if not file.exists():
        _write_whole(file, content)
    if file.read_bytes() != content:
        raise AnotherRootThereError(file.name)
    return file.name


def _write_whole(file: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).chmod(0o644)
    try:
        # Unlike a rename, a link never replaces what another process wrote in the meantime.
        os.link(draft.name, file)
    except FileExistsError:
        pass
    finally:
        Path(draft.name).unlink()
