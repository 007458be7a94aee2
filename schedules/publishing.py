"""A root leaves the house as a small file: written whole or not at all, and never over another one."""

import json
import os
from collections.abc import Iterable, Iterator
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


def unlike_published(folder: Path, roots: Iterable[StoredRoot], published: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and cause of each file that does not tell what the books tell: gone, differs, or of a root they never held.

    A file without a root is what is left when somebody cuts off the end of the books, roots and all. Raises OSError.
    """
    told = {file_name(root): file_content(root) for root in roots}
    there = {file.name for file in folder.glob("root-*.json")}
    for name in sorted(there | set(published)):
        if name not in there:
            yield name, "published_gone"
        elif name not in told:
            yield name, "published_unknown"
        elif (folder / name).read_bytes() != told[name]:
            yield name, "published_differs"


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
