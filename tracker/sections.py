"""What every section of the configuration has in common: frozen, and strict about keys and types."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, model_validator


class FromEnvironment(str):
    """Text that may stand for a number or a truth, because an environment holds nothing else."""

    __slots__ = ()


_TYPES_IN_A_FILE: Mapping[object, tuple[type, ...]] = {int: (int,), float: (int, float), bool: (bool,)}


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_what_only_looks_right(cls, told: object) -> object:
        """A port in quotation marks is a slip; from the environment everything comes as text."""
        for name, value in told.items() if isinstance(told, Mapping) else ():
            field = cls.model_fields.get(name)
            wanted = _TYPES_IN_A_FILE.get(field.annotation) if field is not None else None
            if wanted and not isinstance(value, FromEnvironment) and type(value) not in wanted:
                raise ValueError(f"{name} must be of type {wanted[0].__name__}")
        return told
