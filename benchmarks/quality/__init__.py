"""Quality: what each tool finds and misses on labelled sets, and how often it cries wolf on clean prose."""
