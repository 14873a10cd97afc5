"""What rooms share to show their work: contact sheets, moving pictures, a photograph to try."""

from impasto.report.animation import MOVING, save_frames, save_gif, waiting
from impasto.report.sample import sample_photo
from impasto.report.sheet import contact_sheet, shrink
from impasto.report.video import check_extra, save_mp4

__all__ = [
    "MOVING",
    "check_extra",
    "contact_sheet",
    "sample_photo",
    "save_frames",
    "save_gif",
    "save_mp4",
    "shrink",
    "waiting",
]
