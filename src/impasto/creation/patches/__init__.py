"""New pictures from the patches of one: coarse to fine, each patch the nearest of the source's.

Notes:
    Granot, Feinstein, Shocher, Bagon, Irani 2022, arXiv:2103.15545 (GPNN): nearest patches,
    weighted so that all of the source appears. Elnekave, Weiss 2022, arXiv:2203.11862 (GPDM) match
    the distribution of patches by its projections instead: in ten times the time that came close in
    numbers, and was torn to look at.
"""
