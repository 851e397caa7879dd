"""The trust core: bytes in, bytes out or an error. No network, no database, no clock, no window."""
