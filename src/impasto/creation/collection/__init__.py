"""A generator of one's own: trained on a collection, watched for copying, sampled, inspected."""
