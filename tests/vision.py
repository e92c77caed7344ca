# SPDX-License-Identifier: GPL-2.0-or-later
"""Colours as eyes see them: CIELAB (D65), contrast as of WCAG 2, and colour blindness as Machado, Oliveira and Fernandes (2009) and Vienot,
Brettel and Mollon (1999) have it."""

TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = [sum(row) for row in TO_XYZ]
MACHADO = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))}
# In linear light, from what long and middle cones see: the one takes what the other sees.
VIENOT = {
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))}


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def light(color):
    """Of sRGB values, 0 to 1."""
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]


def seen_by(matrix):
    return lambda color: [min(max(c, 0), 1) for c in times(matrix, color)]


EYES = {"all colours seen": lambda color: color}
for model, matrices in (("Machado", MACHADO), ("Vienot", VIENOT)):
    for kind, m in matrices.items():
        EYES[f"{kind} ({model})"] = seen_by(m)


def lab(color):
    """Of linear light."""
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (a / b for a, b in zip(times(TO_XYZ, color), WHITE)))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one, other):
    a, b = sorted(times(TO_XYZ, color)[1] for color in (one, other))
    return (b + 0.05) / (a + 0.05)
