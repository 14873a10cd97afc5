"""The commands below `create`: new art from one picture, from a collection, from a pen."""

import typer

from impasto.cli.create_like import LikeCommand, like

create = typer.Typer(no_args_is_help=True, help="Create new pictures.")
create.command(cls=LikeCommand)(like)


@create.callback()
def _gather() -> None:
    """Create new pictures: from the patches of one."""
