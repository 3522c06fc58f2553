"""One template, two places: AWS, and one machine (`infra.local`)."""
