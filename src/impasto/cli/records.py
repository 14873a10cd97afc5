"""Options that come from a settings record, so that command line and Python can't differ."""

from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperOption

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo
    from typer._click.core import Context, Parameter
else:  # typer's own names for these change; pydantic takes too long for `impasto --help`
    BaseModel = Context = FieldInfo = Parameter = object


class RecordCommand(TyperCommand):
    """A command whose settings take default, range and explanation from their record.

    The record is looked up when the command's options are asked for, not before: importing it takes
    longer than everything that `impasto --help` needs.
    """

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of the command's verb."""
        from impasto.styling.settings import StylizeSettings

        return StylizeSettings

    def get_params(self, ctx: Context) -> list[Parameter]:
        """List the options, those of the record filled in."""
        params, fields = super().get_params(ctx), self.record().model_fields
        for param in params:
            field = fields.get(param.name or "")
            if field and isinstance(param, TyperOption):
                self.fill(param, field)
        return params

    def fill(self, option: TyperOption, field: FieldInfo) -> None:
        """Give an option the explanation, the range and the default of a field."""
        option.help = described(field)
        option.required, option.default = False, field.default


class SweepCommand(RecordCommand):
    """A command that takes several values of each setting, whose default is the verb's own."""

    def fill(self, option: TyperOption, field: FieldInfo) -> None:
        """Give an option the explanation and the range of a field."""
        option.help = f"{described(field)} Several, with commas between them."


class TrainCommand(RecordCommand):
    """A command that trains: what nobody asks for may still stand in a recipe file."""

    @staticmethod
    def record() -> type[BaseModel]:
        """The record of a training."""
        from impasto.learning.settings import TrainSettings

        return TrainSettings

    def fill(self, option: TyperOption, field: FieldInfo) -> None:
        """Give an option the explanation and the range of a field; a default is only spoken of."""
        usual = "" if field.default in (None, False) else f" Usually {field.default}."
        option.help = f"{described(field)}{usual}"
        option.required, option.default = False, None


def described(field: FieldInfo) -> str:
    """Say what a field means, and its range where it has two ends."""
    limits = [getattr(m, name) for name in ("ge", "le") for m in field.metadata if hasattr(m, name)]
    span = "{:g} to {:g}.".format(*limits) if len(limits) == 2 else ""
    return f"{field.description} {span}".strip()
