"""Where a dropped file lies: where it was dropped, while it is read, and once it is settled, its verdict beside it."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

READING, DONE, FAILED = "reading", "done", "failed"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
HIDDEN = (".", "~$")
VERDICT = ".verdict.json"
NEVER_TAKEN = frozenset({"thumbs.db", "desktop.ini"})
# Of a file's own name, so that its mark and its verdict's ending fit behind it on every disk.
MOST_NAME_BYTES, MOST_ENDING = 160, 10
# A file stamped further ahead has the date of a wrong clock, and would wait for years.
FURTHEST_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dropped:
    """`is_taken`: an earlier run began with it."""

    path: Path
    is_taken: bool

    @property
    def name(self) -> str:
        """As text that can be stored: a disk holds names that are none."""
        return os.fsencode(self.path.name).decode(errors="replace")

    @property
    def is_text(self) -> bool:
        return self.path.suffix.lower() == ".csv"

    @property
    def is_table(self) -> bool:
        return self.is_text or self.path.suffix.lower() == ".xlsx"


@dataclass(frozen=True, slots=True)
class Places:
    """The folder and the three below it. Every method raises OSError when the folder cannot be used."""

    root: Path
    settle: timedelta

    def waiting(self, now: datetime) -> Iterator[Dropped]:
        """What was begun first, then what is whole, the oldest first."""
        for name in (READING, DONE, FAILED):
            (self.root / name).mkdir(exist_ok=True)
        for path in _oldest_first(self.root / READING):
            yield Dropped(path, is_taken=True)
        for path in _oldest_first(self.root):
            if self._is_whole(path, now):
                yield Dropped(path, is_taken=False)

    def take(self, dropped: Dropped, sha256: str) -> Dropped:
        """Out of the hands of whoever dropped it."""
        if dropped.is_taken:
            return dropped
        target = _free(self.root / READING, dropped, sha256)
        dropped.path.replace(target)
        return Dropped(target, is_taken=True)

    def put_away(self, dropped: Dropped, folder: str, verdict: Mapping[str, object]) -> None:
        """The verdict first: a file without one would never get it."""
        target = _free(self.root / folder, dropped, str(verdict["sha256"]))
        beside = target.with_name(target.name + VERDICT)
        unfinished = beside.with_name(beside.name + UNFINISHED[0])
        unfinished.write_text(json.dumps(verdict, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(beside)
        dropped.path.replace(target)

    def _is_whole(self, path: Path, now: datetime) -> bool:
        name = path.name.lower()
        if name.startswith(HIDDEN) or name.endswith(UNFINISHED) or name in NEVER_TAKEN:
            return False
        touched_at = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
        return now - touched_at >= self.settle or touched_at - now > FURTHEST_AHEAD


def _oldest_first(folder: Path) -> list[Path]:
    """Regular files only: no link leads out of the folder."""
    with os.scandir(folder) as entries:
        files = [(entry.stat().st_mtime_ns, entry.name) for entry in entries if entry.is_file(follow_symlinks=False)]
    return [folder / name for _, name in sorted(files)]


def _free(folder: Path, dropped: Dropped, sha256: str) -> Path:
    """Its own name, or else one with the mark of what is in it; never another file's."""
    named = Path(dropped.name)
    stem, ending = named.stem.encode()[:MOST_NAME_BYTES].decode(errors="ignore"), named.suffix[:MOST_ENDING]
    names = [f"{stem}{ending}", f"{stem}-{sha256[:8]}{ending}"]
    names += [f"{stem}-{sha256[:8]}-{number}{ending}" for number in range(2, 1000)]
    return next(folder / name for name in names if not (folder / name).exists())
