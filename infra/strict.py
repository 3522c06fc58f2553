"""How settings are read: nothing unknown, nothing changed later."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of the settings in which a misspelt name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
