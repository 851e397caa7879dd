"""The window in a real browser: Chromium, the web client, a real Secret Service."""
