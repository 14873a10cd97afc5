"""Options that come from a settings record, so that command line and Python can't differ."""

from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperOption

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from typer._click.core import Context, Parameter
else:  # typer's own names for these change; pydantic takes too long for `impasto --help`
    Context = FieldInfo = Parameter = object


class RecordCommand(TyperCommand):
    """A command whose settings take default, range and explanation from their record.

    The record is looked up when the command's options are asked for, not before: importing it takes
    longer than everything that `impasto --help` needs.
    """

    several = False

    def get_params(self, ctx: Context) -> list[Parameter]:
        """List the options, those of the record filled in."""
        from impasto.styling.settings import StylizeSettings

        params = super().get_params(ctx)
        for param in params:
            field = StylizeSettings.model_fields.get(param.name or "")
            if field and isinstance(param, TyperOption):
                describe(param, field, several=self.several)
        return params


class SweepCommand(RecordCommand):
    """A command that takes several values of each setting."""

    several = True


def describe(option: TyperOption, field: FieldInfo, *, several: bool = False) -> None:
    """Give an option the explanation, the range and the default of a field.

    Where several values are tried, the default is the verb's own.
    """
    limits = [getattr(m, name) for name in ("ge", "le") for m in field.metadata if hasattr(m, name)]
    parts = [
        field.description,
        "{:g} to {:g}.".format(*limits) if limits else None,
        "Several, with commas between them." if several else None,
    ]
    option.help = " ".join(part for part in parts if part)
    if not several:
        option.required, option.default = False, field.default
