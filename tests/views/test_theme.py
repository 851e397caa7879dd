"""Every text can be read on its ground, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import pytest
from flet import ColorScheme

from app.views import theme

TEXTS = [
    ("on_surface", "surface"), ("on_surface", "surface_container"),
    ("on_surface_variant", "surface"), ("on_surface_variant", "surface_container"),
    ("on_surface_variant", "surface_container_high"), ("on_surface_variant", "secondary_container"),
    ("on_secondary_container", "secondary_container"), ("on_primary", "primary"),
    ("primary", "surface"), ("primary", "surface_container"), ("primary", "error_container"),
    ("error", "surface"), ("error", "surface_container"), ("on_error_container", "error_container"),
    ("tertiary", "surface"),
]  # fmt: skip
EDGES = [("outline", "surface"), ("outline", "surface_container"), ("primary", "surface")]
BOTH = pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK], ids=["light", "dark"])


def luminance(color: str) -> float:
    """Relative luminance of "#RRGGBB"."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(scheme: ColorScheme, one: str, other: str) -> float:
    darker, lighter = sorted(luminance(getattr(scheme, name)) for name in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@BOTH
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(scheme: ColorScheme, ink: str, ground: str) -> None:
    assert contrast(scheme, ink, ground) >= 4.5


@BOTH
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_fields_and_buttons_can_be_seen(
    scheme: ColorScheme, edge: str, ground: str
) -> None:
    assert contrast(scheme, edge, ground) >= 3


@BOTH
def test_red_is_kept_for_what_is_overdue_or_altered(scheme: ColorScheme) -> None:
    def redness(color: str) -> float:
        red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
        return red - max(green, blue)

    assert redness(str(scheme.tertiary)) > 60
    assert redness(str(scheme.error)) < 60
