"""Entries: what every part of a lesson file is made of. Knows no particular field."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Path = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+){1,3}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(min_length=1, max_length=1_200)]
Expression = Annotated[str, Field(min_length=1, max_length=300)]
Misconception = Annotated[str, Field(pattern=r"^M\d\d$")]
Values = dict[Path, Any]
"""What a system has differently: {path: value}."""


class Entry(BaseModel):
    """One entry of a lesson file: closed to names that mean nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
