"""Pages of certification: the public page of a project, and its desk."""
