"""What folders of work share: plans, batches that survive bad files, locks."""
