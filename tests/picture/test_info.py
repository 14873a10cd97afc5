"""Titles, authors and places: found wherever programs put them, and kept."""

import pytest
from PIL import Image, PngImagePlugin

from impasto.errors import PictureError, RecipeError
from impasto.picture import Info, Source, read, read_recipe, write
from impasto.picture.info import packet_in_gif
from impasto.picture.xmp import Fields, packet

BLANK = Image.new("RGB", (9, 7), "teal")
SUFFIXES = ["jpg", "png", "webp", "tif"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_everything_survives_in_every_format(make, recipe, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    own = read(save_with_profile(tmp_path)).icc
    said = {"title": "波 & <Wave>", "author": "A, B", "recipe": recipe, "icc": own}
    write(make(dpi=300.0, gps=(-12.5, 7.25), **said), path)
    picture = read(path)
    assert {name: getattr(picture, name) for name in said} == said
    assert picture.gps is None
    assert picture.dpi == (None if suffix == "webp" else 300)
    assert read_recipe(path) == recipe
    assert Source(path).info == picture.info


def save_with_profile(folder):
    import pyvips

    path = folder / "profile.png"
    BLANK.save(path, icc_profile=bytes(pyvips.Image.profile_load("srgb")))
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_place_is_written_only_when_asked(make, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    write(make(gps=(-12.5, 7.25)), path, keep_gps=True)
    assert read(path).gps == pytest.approx((-12.5, 7.25))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_other_programs_find_the_marks(make, recipe, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    write(make(title="Wave", recipe=recipe), path)
    with Image.open(path) as image:
        text = image.info["xmp"].decode()
    assert "digitalsourcetype/compositeWithTrainedAlgorithmicMedia<" in text
    assert "<xmp:CreatorTool>Impasto 0.1.0<" in text
    assert ">Wave<" in text


def test_png_metadata_lies_before_the_pixels_where_the_standard_wants_it(make, tmp_path):
    path = tmp_path / "out.png"
    write(make(title="Wave"), path)
    data = path.read_bytes()
    assert data[12:16] == b"IHDR"
    assert 0 < data.index(b"iTXtXML:com.adobe.xmp\0\0\0\0\0<?xpacket") < data.index(b"IDAT")
    assert b"zTXt" not in data


def test_nothing_is_written_where_there_is_nothing_to_say(make, tmp_path):
    path = tmp_path / "out.png"
    write(make(), path)
    assert b"xpacket" not in path.read_bytes()


def exif(**gps):
    tags = Image.Exif()
    tags[0x010E], tags[0x013B] = "Café".encode(), "Zoë".encode()
    tags[0x8825] = gps.get("gps", {1: "S", 2: (12.0, 30.0, 0.0), 3: "E", 4: (7.0, 15.0, 0.0)})
    return tags


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_exif_is_read(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    BLANK.save(path, exif=exif().tobytes())
    picture = read(path)
    assert (picture.title, picture.author) == ("Café", "Zoë")
    assert picture.gps == pytest.approx((-12.5, 7.25))


def test_tiff_tags_are_read(tmp_path):
    path = tmp_path / "a.tif"
    BLANK.save(path, tiffinfo={270: "Sea", 315: "Ada"}, dpi=(240, 240))
    picture = read(path)
    assert (picture.title, picture.author, picture.dpi) == ("Sea", "Ada", 240)


def test_windows_titles_are_read(tmp_path):
    tags = Image.Exif()
    tags[0x9C9B] = "Meer\0".encode("utf-16-le")
    BLANK.save(tmp_path / "a.jpg", exif=tags.tobytes())
    assert read(tmp_path / "a.jpg").title == "Meer"


def test_png_texts_are_read(tmp_path):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "Sea\x1b[31m")
    texts.add_itxt("Author", "Ådä")
    BLANK.save(tmp_path / "a.png", pnginfo=texts)
    picture = read(tmp_path / "a.png")
    assert (picture.title, picture.author) == ("Sea [31m", "Ådä")


def test_xmp_goes_before_exif(tmp_path):
    BLANK.save(tmp_path / "a.jpg", xmp=packet(Fields(title="XMP")), exif=exif().tobytes())
    assert read(tmp_path / "a.jpg").title == "XMP"


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N"},
        {1: "N", 2: (1.0,), 3: "E", 4: (1.0, 2.0, 3.0)},
        {1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (1.0, 2.0, 3.0)},
        {1: "N", 2: (1.0, 2.0, 3.0), 4: (1.0, 2.0, 3.0)},
    ],
)
def test_broken_places_count_as_none(tmp_path, gps):
    BLANK.save(tmp_path / "a.jpg", exif=exif(gps=gps).tobytes())
    picture = read(tmp_path / "a.jpg")
    assert (picture.gps, picture.title) == (None, "Café")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "gif", "bmp"])
def test_a_picture_without_a_recipe_says_so(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    BLANK.save(path)
    assert read(path).recipe is None
    with pytest.raises(RecipeError, match=f"no recipe in .*a.{suffix}.*not made by Impasto"):
        read_recipe(path)


def test_a_hostile_recipe_is_refused_and_does_not_spoil_the_picture(tmp_path):
    path = tmp_path / "a.jpg"
    hostile = '{"verb": "stylize", "version": "1", "settings": {"mask": "/etc/passwd"}}'
    BLANK.save(path, xmp=packet(Fields(title="kept", recipe=hostile)))
    assert read(path).recipe is None
    assert read(path).title == "kept"
    with pytest.raises(RecipeError, match=r"a\.jpg: the recipe is refused: settings\.mask"):
        read_recipe(path)


def test_recipes_are_asked_only_of_pictures(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(PictureError, match="archive"):
        read_recipe(tmp_path / "a.zip")


def test_a_gif_carries_its_packet_at_the_end(tmp_path, recipe):
    path = tmp_path / "walk.gif"
    BLANK.save(path)
    trailer = bytes([1, *range(255, -1, -1), 0])
    said = Info(recipe=recipe).xmp()
    path.write_bytes(path.read_bytes()[:-1] + b"\x21\xff\x0bXMP DataXMP" + said + trailer + b";")
    with path.open("rb") as file:
        assert packet_in_gif(file) == said
    assert read_recipe(path) == recipe
    assert read(path).size == (9, 7)
