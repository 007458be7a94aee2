"""Why a label is not printed. A message never repeats the text itself: it may name a person."""

import unicodedata


class LabelRefused(ValueError):
    """`field` is the name of the field of the label, as its dataclass has it."""

    def __init__(self, field: str, cause: str) -> None:
        super().__init__(f"{field}: {cause}")
        self.field = field
        self.cause = cause


class MissingGlyph(LabelRefused):
    def __init__(self, field: str, character: str) -> None:
        name = unicodedata.name(character, "unnamed")
        super().__init__(field, f"the font has no glyph for U+{ord(character):04X} ({name})")
        self.character = character
