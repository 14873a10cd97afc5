"""Recipes: exact for us, harmless from strangers."""

import json
import re
from contextlib import suppress

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from impasto.errors import RecipeError
from impasto.picture.provenance import LARGEST, ContentRecord, EmbeddedStyle, Recipe

SHA = "0123456789abcdef" * 4
names = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='/\\<>"'),
    min_size=1,
    max_size=200,
).filter(lambda name: name not in {".", ".."})
finite = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)


def minimal(**changes):
    return json.dumps({"verb": "stylize", "version": "0.1.0"} | changes)


def test_there_and_back(recipe):
    text = recipe.to_json()
    assert Recipe.parse(text) == recipe
    assert re.fullmatch(r"[ -~]+", text)
    assert not set("<>&") & set(text)


@given(
    settings=st.dictionaries(names, values, max_size=4), seed=st.none() | st.integers(0, 2**63 - 1)
)
def test_there_and_back_for_any_settings(settings, seed):
    recipe = Recipe(verb="stylize", version="0.1.0", settings=settings, seed=seed)
    assert Recipe.parse(recipe.to_json()) == recipe


def test_a_style_vector_survives_bit_for_bit(generator):
    vector = torch.randn(432, generator=generator) * 1e-3
    style = EmbeddedStyle.of("dusk", vector, weight=0.25)
    assert torch.equal(style.tensor(), vector)
    assert (style.name, style.weight) == ("dusk", 0.25)


def test_records_are_frozen(recipe):
    with pytest.raises(ValidationError):
        recipe.verb = "other"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("photos/a.jpg", "a.jpg"),
        ("a<b>\n.jpg", "a_b__.jpg"),
        ("x" * 300, "x" * 200),
        ("photos/", "_"),
        ("写真.jpg", "写真.jpg"),
    ],
)
def test_a_content_s_name_is_bare(path, name):
    assert ContentRecord.of(path, SHA).name == name


@pytest.mark.parametrize(
    ("hostile", "words"),
    [
        ("", "Invalid JSON"),
        ("[]", "object"),
        ("{}", "verb"),
        (minimal(verb="rm -rf"), "verb"),
        (minimal(verb="x" * 40), "verb"),
        (minimal(verb="stylize\n"), "verb"),
        (minimal(command="curl"), "command: Extra inputs"),
        (minimal(seed="1"), "seed"),
        (minimal(seed=-1), "seed"),
        (minimal(seed=2**70), "seed"),
        (minimal(threads=0), "threads"),
        (minimal(weights={"brush": "short"}), "weights"),
        (minimal(weights={"../brush": SHA}), "weights"),
        (minimal(content={"name": "../../etc/passwd", "sha256": SHA}), "content.name"),
        (minimal(content={"name": "..", "sha256": SHA}), "content.name"),
        (minimal(content={"name": "C:\\a.jpg", "sha256": SHA}), "content.name"),
        (minimal(content={"name": "a\x1b[2J.jpg", "sha256": SHA}), "content.name"),
        (minimal(content={"name": "a.jpg", "sha256": SHA, "url": "http"}), "content.url"),
        (minimal(version="<script>alert(1)</script>"), "version"),
        (minimal(settings={"title": "<script>"}), "settings.title"),
        (minimal(settings={"mask": "/etc/passwd"}), "settings.mask"),
        (minimal(settings={"a": {"b": ["ok", "http://x"]}}), "settings.a"),
        (minimal(settings={"a": {"/": 1}}), "settings.a"),
        (minimal(settings={"<b>": 1}), "settings"),
        (minimal(settings={"a": [[[[[[[[[]]]]]]]]]}), "settings.a.*nested"),
        (minimal(settings={"a": float("nan")}), "settings.a"),
        (minimal(settings={"a": 1}).replace("1}", "1e999}"), "settings.a"),
        ("[" * 50_000, "Invalid JSON"),
        (minimal(styles=[{"name": "a", "vector": "no base64!"}]), "styles.0.vector"),
        (minimal(styles=[{"name": "a", "vector": "AAA="}]), "styles.0.vector"),
        (minimal(styles=[{"name": "a", "vector": "AADAfw=="}]), "finite"),
        (minimal(styles=[{"name": "a", "vector": "", "weight": float("inf")}]), "weight"),
        (minimal(styles=[{"name": "a", "vector": ""}] * 101), "styles"),
        (minimal(source_type="photograph"), "source_type"),
        (minimal(settings={"a": "b" * LARGEST}), "60,000"),
    ],
)
def test_a_hostile_recipe_is_refused_with_a_line(hostile, words):
    with pytest.raises(RecipeError, match=words) as caught:
        Recipe.parse(hostile)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@given(st.text(max_size=400) | st.builds(json.dumps, st.dictionaries(st.text(), values)))
def test_any_text_is_a_recipe_or_refused(text):
    with suppress(RecipeError):
        assert Recipe.parse(text).verb


def test_a_recipe_that_no_file_holds_says_so():
    style = EmbeddedStyle.of("a", torch.zeros(10_000))
    with pytest.raises(RecipeError, match=r"60,000.*fewer styles"):
        Recipe(verb="stylize", version="0.1.0", styles=(style, style)).to_json()
