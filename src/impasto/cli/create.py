"""The commands below `create`: new art from one picture, from a collection, from a pen."""

import typer

from impasto.cli.create_draw import DrawCommand, draw
from impasto.cli.create_grow import GrowCommand, grow
from impasto.cli.create_like import LikeCommand, like
from impasto.cli.create_sample import sample
from impasto.cli.create_texture import TextureCommand, texture
from impasto.cli.create_train import GeneratorCommand, inspect, train

create = typer.Typer(no_args_is_help=True)
create.command(cls=LikeCommand)(like)
create.command(cls=DrawCommand)(draw)
create.command(cls=TextureCommand)(texture)
create.command(cls=GrowCommand)(grow)
create.command(cls=GeneratorCommand)(train)
create.command()(sample)
create.command()(inspect)


@create.callback()
def about() -> None:
    """Create new pictures: from the patches of one, in the manner of a collection, or by a pen."""
