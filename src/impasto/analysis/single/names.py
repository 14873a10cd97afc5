"""Names of colors that people agree on."""

from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from kornia.color import rgb_to_lab

from impasto.analysis.single.difference import ciede2000

NAMES = """
acid green 8ffe09, adobe bd6c48, amber feb308, apple green 76cd26, apricot ffb16d, aqua 13eac9,
aqua blue 02d8e9, aqua green 12e193, aqua marine 2ee8bb, aquamarine 04d8b2, army green 4b5d16,
aubergine 3d0734, avocado 90b134, azure 069af3, beige e6daa6, black 000000,
blood red 980002, blue 0343df, blue gray 607c8e, blue green 137e6d, blue purple 5729ce, blue
violet 5d06e9, bluey purple 6241c7, bluish gray 748b97, bluish green 10a674, bluish purple 703be7,
blush f29e8e, bordeaux 7b002c, brick a03623, brick red 8f1402, bright blue 0165fc, bright green
01ff07, bright light blue 26f7fd, bright magenta ff08e8, bright orange ff5b00, bright pink fe01b1,
bright purple be03fd, bright red ff000d, bright teal 01f9c6, bright turquoise 0ffef9, bright
violet ad0afd, bright yellow fffd01, british racing green 05480d, bronze a87900, brown 653700,
brown green 706c11, brown orange b96902, brownish gray 86775f, brownish green 6a6e09, brownish
orange cb7723, brownish red 9e3623, brownish yellow c9b003, bubblegum pink fe83cc, burgundy
610023, burnt orange c04e01, burnt red 9f2305, burnt sienna b04e0f, burnt umber a0450e, burnt
yellow d5ab09, cadet blue 4e7496, camel c69f59, canary yellow fffe40, cerise de0c62, cerulean
0485d1, cerulean blue 056eee, charcoal 343837, chartreuse c1f80a, cherry red f7022a, chocolate
3d1c02, chocolate brown 411900, clay b66a50, cobalt 1e488f, cobalt blue 030aa7, coffee a6814c,
coral fc5a50, cornflower 6a79f7, cornflower blue 5170d7, cranberry 9e003a, cream ffffc2, crimson
8c000f, cyan 00ffff, dark aqua 05696b, dark beige ac9362, dark blue 00035b, dark blue green
005249, dark brown 341c02, dark cyan 0a888a, dark forest green 002d04, dark gold b59410, dark gray
363737, dark green 033500, dark khaki 9b8f55, dark lavender 856798, dark lilac 9c6da5, dark lime
green 7ebd01, dark magenta 960056, dark maroon 3c0008, dark mauve 874c62, dark mustard a88905,
dark olive 373e02, dark olive green 3c4d03, dark orange c65102, dark peach de7e5d, dark periwinkle
665fd1, dark pink cb416b, dark purple 35063e, dark red 840000, dark rose b5485d, dark salmon
c85a53, dark sea green 11875d, dark sky blue 448ee4, dark tan af884a, dark teal 014d4e, dark
turquoise 045c5a, dark violet 34013f, dark yellow d5b60a, darkish blue 014182, darkish green
287c37, deep blue 040273, deep green 02590f, deep pink cb0162, deep purple 36013f, deep red
9a0200, denim 3b638c, denim blue 3b5b92, dirt 8a6e45, dirty green 667e2c, dirty pink ca7b80, dirty
yellow cdc50a, drab green 749551, dull blue 49759c, dull green 74a662, dull orange d8863b, dull
pink d5869d, dull purple 84597e, dull red bb3f3f, dull yellow eedc5b, dusky pink cc7a8b, dusky
rose ba6873, dusty blue 5a86ad, dusty green 76a973, dusty pink d58a94, dusty purple 825f87, dusty
rose c0737a, easter green 8cfd7e, ecru feffca, eggplant 380835, eggshell ffffd4, emerald 01a049,
emerald green 028f1e, evergreen 05472a, faded blue 658cbb, faded green 7bb274, faded pink de9dac,
faded purple 916e99, faded red d3494e, forest 0b5509, forest green 06470c, fuchsia ed0dd9, gold
dbb40c, golden brown b27a01, golden yellow fec615, goldenrod fac205, grape 6c3461, grass 5cac2d,
grass green 3f9b0b, gray 929591, gray blue 6b8ba4, gray brown 7f7053, gray green 789b73, gray
purple 826d8c, grayish blue 5e819d, grayish brown 7a6a4f, grayish green 82a67d, grayish pink
c88d94, grayish purple 887191, green 15b01a, green blue 06b48b, green brown 544e03, green gray
77926f, green yellow c9ff27, greenish blue 0b8b87, greenish brown 696112, greenish gray 96ae8d,
greenish yellow cdfd02, hospital green 9be5aa, hot pink ff028d, hot purple cb00f5, hunter green
0b4008, ice blue d7fffe, indigo 380282, jade 1fa774, jade green 2baf6a, jungle green 048243, kelly
green 02ab2e, khaki aaa662, khaki green 728639, lavender c79fef, leaf green 5ca904, lemon fdff52,
lemon yellow fdff38, light aqua 8cffdb, light blue 95d0fc, light blue green 7efbb3, light brown
ad8150, light cyan acfffc, light forest green 4f9153, light gray d8dcd6, light green 96f97b, light
indigo 6d5acf, light lavender dfc5fe, light lime aefd6c, light lime green b9ff66, light magenta
fa5ff7, light maroon a24857, light mauve c292a1, light navy blue 2e5a88, light olive acbf69, light
olive green a4be5c, light orange fdaa48, light pink ffd1df, light purple bf77f6, light red ff474c,
light sea green 98f6b0, light sky blue c6fcff, light tan fbeeac, light teal 90e4c1, light
turquoise 7ef4cc, light violet d6b4fc, light yellow fffe7a, lightish blue 3d7afd, lilac cea2fd,
lime aaff32, lime green 89fe05, magenta c20078, mahogany 4a0100, maize f4d054, marigold fcc006,
marine 042e60, marine blue 01386a, maroon 650021, mauve ae7181, medium blue 2c6fbb, medium green
39ad48, medium purple 9e43a2, melon ff7855, mid blue 276ab3, midnight blue 020035, military green
667c3e, mint 9ffeb0, mint green 8fff9f, minty green 0bf77d, mocha 9d7651, moss 769958, moss green
658b38, mud 735c12, mud brown 60460f, muddy green 657432, mustard ceb301, mustard green a8b504,
mustard yellow d2bd0a, navy 01153e, navy blue 001146, ocean 017b92, ocean blue 03719c, ocean green
3d9973, ochre bf9005, ocre c69c04, off white ffffe4, olive 6e750e, olive drab 6f7632, olive green
677a04, orange f97306, orange brown be6400, orange red fd411e, orange yellow ffad01, orangey brown
b16002, orchid c875c4, pale blue d0fefe, pale brown b1916e, pale green c7fdb5, pale lavender
eecffe, pale orange ffa756, pale pink ffcfdc, pale purple b790d4, pale red d9544d, pale teal
82cbb2, pale turquoise a5fbd5, pale violet ceaefa, pale yellow ffff84, pastel blue a2bffe, pastel
green b0ff9d, pastel pink ffbacd, pastel purple caa0ff, pastel yellow fffe71, pea green 8eab12,
pea soup 929901, pea soup green 94a617, peach ffb07c, periwinkle 8e82fe, periwinkle blue 8f99fb,
pine 2b5d34, pine green 0a481e, pink ff81c0, pink purple db4bda, pinkish purple d648d7, pinkish
red f10c45, pinky purple c94cbe, pinky red fc2647, pistachio c0fa8b, plum 580f41, powder blue
b1d1fc, prussian blue 004577, puce a57e52, pumpkin e17701, purple 7e1e9c, purple blue 632de9,
purple gray 866f85, purpleish blue 6140ef, purpley blue 5f34e7, purplish blue 601ef9, purplish
gray 7a687f, purplish pink ce5dae, purply blue 661aee, raspberry b00149, red e50000, red brown
8b2e16, red orange fd3c06, red pink fa2a55, red purple 820747, red violet 9e0168, reddish brown
7f2b0a, reddish orange f8481c, reddish pink fe2c54, reddish purple 910951, robin egg blue 8af1fe,
rose cf6275, rose pink f7879a, royal blue 0504aa, royal purple 4b006e, russet a13905, rust a83c09,
sage 87ae73, sage green 88b378, salmon ff796c, salmon pink fe7b7c, sand e2ca76, sandstone c9ae74,
scarlet be0119, sea blue 047495, sea green 53fca1, seafoam 80f9ad, seafoam green 7af9ab, sepia
985e2b, sienna a9561e, silver c5c9c7, sky 82cafc, sky blue 75bbfd, slate 516572, slate blue
5b7c99, slate gray 59656d, slate green 658d6d, soft blue 6488ea, soft green 6fc276, soft pink
fdb0c0, spring green a9f971, steel 738595, steel blue 5a7d9a, steel gray 6f828a, swamp green
748500, tan d1b26f, tangerine ff9408, taupe b9a281, teal 029386, teal blue 01889f, teal green
25a36f, terracotta ca6641, turquoise 06c2ac, ultramarine 2000b1, umber b26400, vermilion f4320c,
violet 9a0eea, violet blue 510ac9, white ffffff, wine 80013f, wine red 7b0323, yellow ffff14,
yellow brown b79400, yellow green c0fb2d, yellow orange fcb001, yellowish brown 9b7a01, yellowish
green b0dd16, yellowy green bff128
"""
"""Common names and their colors, from the survey of 2010 in which 222,500 people named five million
colors on their screens: https://xkcd.com/color/rgb/, CC0. Of its 949 names these are the commonest,
without those that are meant to be rude or funny, or glow; gray is spelled in one way."""


def nearest(lab: Float[np.ndarray, "3"]) -> tuple[str, float]:
    """Name a color.

    Args:
        lab: In CIELAB.

    Returns:
        The nearest name, and how far its own color is in CIEDE2000: from about 5 on, the name is
        only a hint.
    """
    names, known = _named()
    far = ciede2000(np.broadcast_to(lab, known.shape).copy(), known)
    best = int(far.argmin())
    return names[best], float(far[best])


@cache
def _named() -> tuple[tuple[str, ...], Float[np.ndarray, "n 3"]]:
    """Take the list apart: names, and their colors in CIELAB."""
    pairs = [" ".join(entry.split()).rsplit(" ", 1) for entry in NAMES.split(",")]
    values = [list(bytes.fromhex(color)) for _, color in pairs]
    colors = torch.tensor(values, dtype=torch.float64).T[None, :, :, None] / 255
    return tuple(name for name, _ in pairs), rgb_to_lab(colors)[0, :, :, 0].T.contiguous().numpy()
