"""The store: what must outlive a process, in a database. Knows rows; nothing of lessons, pages or the web."""
