"""The site: settings, addresses, templates and styles. It knows every context and decides nothing."""
