"""Steps 4 and 5, optimize and train: optimizers, schedules, the loop, and when it ends."""
