"""The National Portal's codes of a dossier as national codes, and where it tells since when (data, by version)."""

from collections.abc import Mapping
from types import MappingProxyType

# A code that is not here stays unknown: it is never folded into a neighbour.
BY_CODE: Mapping[str, int] = MappingProxyType({str(code): code for code in range(1, 11)})

# The field that states when this status came; the others state no instant of their own.
STATED_IN: Mapping[int, str] = MappingProxyType({2: "NgayTiepNhan", 9: "NgayKetThucXuLy", 10: "NgayTra"})
