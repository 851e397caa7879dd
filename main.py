"""Opens the window; where there is none, serves it to a browser on this machine."""

import flet as ft

from app import wiring

if __name__ == "__main__":
    ft.run(**wiring.window())
