"""What rooms share to show their work: contact sheets, moving pictures, a photograph to try."""

from impasto.report.animation import MOVING, save_frames, save_gif
from impasto.report.sample import sample_photo
from impasto.report.sheet import contact_sheet, shrink

__all__ = ["MOVING", "contact_sheet", "sample_photo", "save_frames", "save_gif", "shrink"]
