"""How Teken looks: one seed colour on neutral paper, three weights, targets of 48 pixels.

What went wrong is amber: red is for what is overdue, altered or invalid, and green for what is
verified, and nothing else.
"""

from __future__ import annotations

import flet as ft

SEED = "#0F4C5C"
INK = {False: "#1B1C1D", True: "#E5E4E1"}  # light, dark
TARGET = 48  # pixels: the least height of what is tapped
COLUMN = 640  # pixels: text and forms are never wider
PANEL = 320
STRIP, LIST = 168, 280
SPACE = 16

REGULAR, MEDIUM, BOLD = "Roboto", "Roboto Medium", "Roboto Bold"
# Separate families: the web client only thickens the regular one when it is asked for bold.
FONTS = {
    REGULAR: "fonts/Roboto-Regular.ttf",
    MEDIUM: "fonts/Roboto-Medium.ttf",
    BOLD: "fonts/Roboto-Bold.ttf",
}

LIGHT = ft.ColorScheme(
    primary=SEED,
    on_primary="#FFFFFF",
    secondary_container="#DCE9EC",
    on_secondary_container="#0B3540",
    surface="#FBFAF8",
    on_surface=INK[False],
    on_surface_variant="#4A4E50",
    surface_container_low="#F6F5F2",
    surface_container="#F1F0EC",
    surface_container_high="#E9E8E4",
    surface_container_highest="#E2E1DC",
    outline="#74797B",
    outline_variant="#D6D5D0",
    error="#7A4A00",
    error_container="#FBF0DC",
    on_error_container="#4D2F00",
    secondary="#1E6B34",  # verified
    tertiary="#A8201A",  # overdue or altered
)
DARK = ft.ColorScheme(
    primary="#8CCBDC",
    on_primary="#04313C",
    secondary_container="#1E3D46",
    on_secondary_container="#CBE6ED",
    surface="#141617",
    on_surface=INK[True],
    on_surface_variant="#BDC1C2",
    surface_container_low="#191C1D",
    surface_container="#1D2021",
    surface_container_high="#0D0F10",
    surface_container_highest="#2C3031",
    outline="#8C9294",
    outline_variant="#3A3F41",
    error="#F0BE73",
    error_container="#3B2A0D",
    on_error_container="#FBE2B8",
    secondary="#8FD8A4",
    tertiary="#FFB4AB",
)


def _style(
    size: float, family: str = REGULAR, height: float = 1.4, color: str | None = None
) -> ft.TextStyle:
    return ft.TextStyle(size=size, font_family=family, height=height, color=color,
                        weight=ft.FontWeight.W_400, letter_spacing=0)  # fmt: skip


def _texts(color: str) -> ft.TextTheme:
    """The styles that are used; each names its colour, or it would be black in the dark too."""
    return ft.TextTheme(
        headline_small=_style(24, MEDIUM, 1.25, color),
        title_large=_style(20, MEDIUM, 1.3, color),
        title_medium=_style(16, MEDIUM, color=color),
        title_small=_style(14, MEDIUM, color=color),
        body_large=_style(16, color=color),
        body_medium=_style(14, color=color),
        body_small=_style(13, color=color),
        label_large=_style(15, MEDIUM, 1.3, color),
        label_medium=_style(13, MEDIUM, 1.3, color),
        label_small=_style(12, MEDIUM, 1.3, color),
    )


# 20 pixels of text and twice this make the target; taller text makes a taller button.
_BUTTON = ft.ButtonStyle(
    padding=ft.Padding.symmetric(vertical=15, horizontal=20),
    shape=ft.RoundedRectangleBorder(radius=8),
    text_style=_style(15, MEDIUM, 1.3),
    visual_density=ft.VisualDensity.STANDARD,
)
# Words alone begin where the text above them begins.
_LINK = ft.ButtonStyle(
    padding=ft.Padding.symmetric(vertical=15, horizontal=0),
    shape=ft.RoundedRectangleBorder(radius=8),
    text_style=_style(15, MEDIUM, 1.3),
    visual_density=ft.VisualDensity.STANDARD,
)


def theme(dark: bool) -> ft.Theme:
    """The theme of the window."""
    scheme = DARK if dark else LIGHT
    ink = INK[dark]
    still = ft.PageTransitionTheme.NONE
    return ft.Theme(
        color_scheme_seed=SEED,
        color_scheme=scheme,
        font_family=REGULAR,
        text_theme=_texts(ink),
        visual_density=ft.VisualDensity.STANDARD,
        scaffold_bgcolor=scheme.surface,
        icon_theme=ft.IconTheme(apply_text_scaling=True),
        divider_theme=ft.DividerTheme(color=scheme.outline_variant, thickness=1, space=1),
        appbar_theme=ft.AppBarTheme(
            bgcolor=scheme.surface, color=scheme.on_surface, elevation=0, elevation_on_scroll=0,
            title_text_style=_style(18, MEDIUM, 1.3, ink), center_title=False,
        ),
        filled_button_theme=ft.FilledButtonTheme(style=_BUTTON),
        outlined_button_theme=ft.OutlinedButtonTheme(style=_BUTTON),
        text_button_theme=ft.TextButtonTheme(style=_LINK),
        page_transitions=ft.PageTransitionsTheme(linux=still, windows=still, macos=still),
    )  # fmt: skip
