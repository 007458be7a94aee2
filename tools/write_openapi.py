"""Writes docs/openapi.json anew after a change of the API: python -m tools.write_openapi."""

from pathlib import Path

from tracker.api import registration
from tracker.api.document import openapi_text

FILE = Path(__file__).parent.parent / "docs" / "openapi.json"


def main() -> None:
    assert registration.VIEWS, "a document of no calls"
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(openapi_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
