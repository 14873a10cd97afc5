"""Complete training configurations, run by name."""
