#!/usr/bin/env python3
"""Writes the drawings of this folder: one for each feature of SVG, and combinations.

    tests/drawings/make.py

`pixels-*.svg` must be printed as pixels, and `shapes-*.svg` as shapes.
"""
import base64
import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 120 60">'
)


def png(width, height, pixel):
    """Encodes RGBA pixels as PNG."""
    rows = b"".join(
        b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height)
    )

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


OPAQUE = png(192, 192, lambda x, y: (x, y, 120, 255))
CLEAR = png(192, 192, lambda x, y: (200, y, 40, 255 if (x - 96) ** 2 + (y - 96) ** 2 < 6400 else 40))
JPEG = "data:image/jpeg;base64," + (FOLDER / "photo.jpg.base64").read_text().strip()

LINEAR = '<linearGradient id="g"><stop offset="0" stop-color="#c8143c"/><stop offset="1" stop-color="#143c8c"/></linearGradient>'
THREE = (
    '<stop offset=".1" stop-color="#c8143c"/><stop offset=".5" stop-color="#ffd200"/>'
    '<stop offset=".9" stop-color="#143c8c"/>'
)
FADE = '<stop stop-color="#c8143c"/><stop offset="1" stop-color="#143c8c" stop-opacity=".2"/>'
STAR = "M60 4L74 52L34 22H86L46 52Z"
RECT = '<rect x="10" y="8" width="100" height="44"'
TWO = '<rect x="10" y="8" width="60" height="30" fill="#c8143c"/><rect x="40" y="22" width="70" height="32" fill="#143c8c"/>'

SHAPES = {
    "plain": f'{TWO}<circle cx="60" cy="30" r="14" fill="#ffd200" stroke="#000" stroke-width="2"/>',
    "even-odd": f'<path d="{STAR}" fill="#143c8c" fill-rule="evenodd"/>',
    "non-zero": f'<path d="{STAR}" fill="#143c8c"/>',
    "stroke-dashes": '<path d="M10 15H110" stroke="#c8143c" stroke-width="4" stroke-dasharray="10 4 2"/>'
    '<path d="M10 40H110" stroke="#143c8c" stroke-width="6" stroke-dasharray="9 9" stroke-dashoffset="4" stroke-linecap="round"/>',
    "stroke-joins": '<g fill="none" stroke="#143c8c" stroke-width="8"><path d="M10 50L25 12L40 50" stroke-linejoin="round"/>'
    '<path d="M45 50L60 12L75 50" stroke-linejoin="bevel"/><path d="M80 50L95 14L110 50" stroke-linejoin="miter"/></g>',
    "stroke-miter": '<g fill="none" stroke="#143c8c" stroke-width="5"><path d="M20 12H100L20 32" stroke-miterlimit="4"/>'
    '<path d="M20 40H90L20 52" stroke-miterlimit="12"/></g>',
    "stroke-caps": '<g stroke="#c8143c" stroke-width="9"><path d="M20 12H100" stroke-linecap="square"/>'
    '<path d="M20 30H100" stroke-linecap="round"/><path d="M20 48H100"/></g>',
    "stroke-stretched": '<g transform="scale(2 1)"><circle cx="30" cy="30" r="20" fill="none" stroke="#143c8c" stroke-width="6"/></g>',
    "paint-order": '<circle cx="60" cy="30" r="20" fill="#ffd200" stroke="#143c8c" stroke-width="14" paint-order="stroke"/>',
    "transforms": '<g transform="translate(60 30) rotate(20) skewX(15)"><rect x="-30" y="-12" width="60" height="24" fill="#c8143c"/></g>',
    "gradient-linear": f'{LINEAR}{RECT} fill="url(#g)"/>',
    "gradient-stops": f'<linearGradient id="g" x1="0" y1="0" x2="1" y2="1">{THREE}</linearGradient>{RECT} fill="url(#g)"/>',
    "gradient-hard-stop": '<linearGradient id="g"><stop offset=".5" stop-color="#c8143c"/><stop offset=".5" stop-color="#143c8c"/></linearGradient>'
    f'{RECT} fill="url(#g)"/>',
    "gradient-user-space": f'<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="30" y1="10" x2="80" y2="50">{THREE}</linearGradient>'
    f'<path d="{STAR}" fill="url(#g)"/>',
    "gradient-transform": f'<linearGradient id="g" gradientTransform="rotate(30) scale(.8)">{THREE}</linearGradient>{RECT} fill="url(#g)"/>',
    "gradient-inherited": f'<linearGradient id="a">{THREE}</linearGradient><linearGradient id="b" xlink:href="#a" x1="0" y1="0" x2="120" y2="0" gradientUnits="userSpaceOnUse"/>'
    f'{RECT} fill="url(#b)"/>',
    "gradient-radial": f'<radialGradient id="g">{THREE}</radialGradient>{RECT} fill="url(#g)"/>',
    "gradient-focus": f'<radialGradient id="g" fx=".3" fy=".35">{THREE}</radialGradient><circle cx="60" cy="30" r="26" fill="url(#g)"/>',
    "gradient-focus-radius": f'<radialGradient id="g" fx=".4" fr=".15">{THREE}</radialGradient><circle cx="60" cy="30" r="26" fill="url(#g)"/>',
    "gradient-radial-turned": f'<radialGradient id="g" gradientTransform="rotate(25) translate(.1 -.1)">{THREE}</radialGradient>{RECT} fill="url(#g)"/>',
    "gradient-stroke": f'{LINEAR}<circle cx="60" cy="30" r="20" fill="none" stroke="url(#g)" stroke-width="9"/>',
    "gradient-dashes": f'{LINEAR}<path d="M10 30C40 -20 80 80 110 30" fill="none" stroke="url(#g)" stroke-width="6" stroke-dasharray="12 5"/>',
    "gradient-rotated-shape": f'{LINEAR}<g transform="rotate(-15 60 30)">{RECT} rx="10" fill="url(#g)"/></g>',
    "gradient-text": f'{LINEAR}<text x="6" y="42" font-size="38" font-weight="bold" fill="url(#g)">Hill</text>',
    "gradient-over-shapes": f'{LINEAR}{TWO}<circle cx="60" cy="30" r="18" fill="url(#g)" fill-opacity=".6"/>',
    "clip-circle": f'<clipPath id="c"><circle cx="60" cy="30" r="24"/></clipPath><g clip-path="url(#c)">{TWO}</g>',
    "clip-even-odd": f'<clipPath id="c"><path clip-rule="evenodd" d="{STAR}"/></clipPath><g clip-path="url(#c)">{TWO}</g>',
    "clip-two-shapes": f'<clipPath id="c"><circle cx="30" cy="28" r="18"/><circle cx="85" cy="32" r="18"/></clipPath><g clip-path="url(#c)">{TWO}</g>',
    "clip-nested": f'<clipPath id="c"><circle cx="50" cy="30" r="24"/></clipPath><clipPath id="d" clip-path="url(#c)"><rect x="40" width="60" height="60"/></clipPath>'
    f'<g clip-path="url(#d)">{TWO}</g>',
    "clip-in-clip": f'<clipPath id="c"><circle cx="50" cy="30" r="24"/></clipPath><clipPath id="d"><rect x="40" y="5" width="60" height="40"/></clipPath>'
    f'<g clip-path="url(#c)"><g clip-path="url(#d)">{TWO}</g><circle cx="35" cy="45" r="9" fill="#ffd200"/></g>',
    "clip-bounding-box": f'<clipPath id="c" clipPathUnits="objectBoundingBox"><circle cx=".5" cy=".5" r=".45"/></clipPath>{RECT} fill="#143c8c" clip-path="url(#c)"/>',
    "clip-text": f'<clipPath id="c"><text x="4" y="42" font-size="40" font-weight="bold">Clip</text></clipPath><g clip-path="url(#c)">{TWO}</g>',
    "clip-transformed": f'<clipPath id="c"><rect transform="rotate(30 60 30)" x="35" y="10" width="50" height="40"/></clipPath><g clip-path="url(#c)">{TWO}</g>',
    "clip-gradient": f'{LINEAR}<clipPath id="c"><path d="{STAR}"/></clipPath><g clip-path="url(#c)">{RECT} fill="url(#g)"/></g>',
    "clip-view-box": '<circle cx="110" cy="10" r="40" fill="#143c8c"/><path d="M-30 55H150" stroke="#c8143c" stroke-width="12"/>',
    "opacity-shape": f'{TWO}<circle cx="60" cy="30" r="20" fill="#ffd200" opacity=".5"/>',
    "opacity-fill": f'{TWO}<circle cx="60" cy="30" r="18" fill="#ffd200" fill-opacity=".5" stroke="#000" stroke-opacity=".4" stroke-width="8"/>',
    "opacity-paper": '<rect x="10" y="10" width="40" height="40" fill="#143c8c" opacity=".3"/><rect x="70" y="10" width="40" height="40" fill="#c8143c" fill-opacity=".5"/>',
    "opacity-group-apart": '<rect width="120" height="26" fill="#ffd200"/><g opacity=".5"><circle cx="30" cy="30" r="16" fill="#c8143c"/><circle cx="90" cy="30" r="16" fill="#143c8c"/></g>',
    "opacity-nested": f'{TWO}<g opacity=".8"><g opacity=".5"><circle cx="60" cy="30" r="20" fill="#fff"/></g></g>',
    "opacity-colour": f'{TWO}<circle cx="60" cy="30" r="20" fill="rgba(255, 210, 0, 0.6)"/><circle cx="90" cy="40" r="12" fill="#ffffff80"/>',
    "opacity-crossing-lines": f'{TWO}<path d="M10 10L110 50M10 50L110 10" stroke="#000" stroke-width="10" stroke-opacity=".4"/>',
    "image-png": f'<image x="36" y="6" width="48" height="48" xlink:href="{OPAQUE}"/>',
    "image-alpha": f'{TWO}<image x="36" y="6" width="48" height="48" href="{CLEAR}"/>',
    "image-jpeg": f'<image x="20" y="6" width="80" height="48" preserveAspectRatio="none" href="{JPEG}"/>',
    "image-turned": f'<image transform="rotate(20 60 30)" x="40" y="10" width="40" height="40" href="{OPAQUE}"/>',
    "image-slice": f'<image x="10" y="10" width="100" height="40" preserveAspectRatio="xMidYMid slice" href="{JPEG}"/>',
    "image-opacity": f'{TWO}<image x="36" y="6" width="48" height="48" opacity=".5" href="{OPAQUE}"/>',
    "image-clipped": f'<clipPath id="c"><circle cx="60" cy="30" r="22"/></clipPath><image clip-path="url(#c)" x="30" width="60" height="60" href="{JPEG}"/>',
    "use": '<defs><g id="u"><circle r="10" fill="#c8143c"/><path d="M-10 0H10" stroke="#fff" stroke-width="3"/></g></defs>'
    '<use href="#u" x="20" y="30"/><use href="#u" transform="translate(60 30) rotate(45) scale(1.6)"/><use xlink:href="#u" x="100" y="30"/>',
    "symbol": '<symbol id="s" viewBox="0 0 10 10"><path d="M5 0L10 10H0Z"/></symbol><use href="#s" x="5" y="5" width="50" height="50" fill="#143c8c"/>'
    '<use href="#s" x="65" y="5" width="50" height="50" fill="#c8143c"/>',
    "markers": '<marker id="m" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0L10 5L0 10Z" fill="#c8143c"/></marker>'
    '<path d="M15 45L60 12L100 45" fill="none" stroke="#143c8c" stroke-width="3" marker-mid="url(#m)" marker-end="url(#m)"/>',
    "css-classes": '<style>.a{fill:#c8143c}.b{fill:#143c8c;stroke:#ffd200;stroke-width:4px}g > .a:first-child{fill:#0a6}</style>'
    '<g><rect class="a" x="8" y="10" width="30" height="40"/><rect class="a" x="44" y="10" width="30" height="40"/></g><rect class="b" x="80" y="10" width="30" height="40"/>',
    "css-important": '<style>rect{fill:#143c8c !important}</style><rect x="10" y="10" width="100" height="40" style="fill:#c8143c"/>',
    "css-current-colour": '<g color="#c8143c"><rect x="10" y="10" width="45" height="40" fill="currentColor"/><rect x="68" y="13" width="40" height="34" fill="none" stroke="currentColor" stroke-width="6"/></g>',
    "css-nested-svg": '<svg x="20" y="10" width="80" height="40" viewBox="0 0 20 10"><rect width="20" height="10" fill="#ffd200"/><circle cx="10" cy="5" r="8" fill="#143c8c"/></svg>',
    "text": '<text x="6" y="26" font-size="20" fill="#143c8c">Hillside</text><text x="114" y="50" font-size="14" text-anchor="end" font-weight="bold" fill="#c8143c">Surgery</text>',
    "text-spans": '<text x="6" y="36" font-size="18" letter-spacing="2">Two <tspan fill="#c8143c" font-weight="bold" dy="-6">words</tspan></text>',
    "text-turned": '<text transform="rotate(-12 60 30)" x="14" y="40" font-size="22" fill="#143c8c" stroke="#ffd200" stroke-width="1.4">Turned</text>',
    "text-opacity": f'{TWO}<text x="14" y="42" font-size="30" font-weight="bold" fill="#fff" opacity=".7">Faint</text>',
    "combination-badge": f'<radialGradient id="r" cx=".4" cy=".35">{THREE}</radialGradient><clipPath id="c"><circle cx="60" cy="30" r="27"/></clipPath>'
    '<g clip-path="url(#c)"><rect x="30" width="60" height="60" fill="url(#r)"/><path d="M30 40C50 20 70 60 92 34V60H30Z" fill="#fff" fill-opacity=".6"/></g>'
    '<circle cx="60" cy="30" r="27" fill="none" stroke="#143c8c" stroke-width="3"/>',
    "combination-photo": f'<clipPath id="c"><rect x="10" y="6" width="100" height="48" rx="12"/></clipPath><g clip-path="url(#c)"><image x="10" y="6" width="100" height="48" preserveAspectRatio="xMidYMid slice" href="{JPEG}"/>'
    f'{LINEAR}<rect x="10" y="36" width="100" height="18" fill="url(#g)" opacity=".8"/></g>',
}

PIXELS = {
    "mask": f'<mask id="m"><rect width="120" height="60" fill="#fff"/><circle cx="60" cy="30" r="16"/></mask><g mask="url(#m)">{TWO}</g>',
    "mask-gradient": '<linearGradient id="g"><stop stop-color="#fff"/><stop offset="1"/></linearGradient>'
    f'<mask id="m"><rect width="120" height="60" fill="url(#g)"/></mask><g mask="url(#m)">{TWO}</g>',
    "mask-alpha": f'<mask id="m" mask-type="alpha"><circle cx="60" cy="30" r="22" fill-opacity=".7"/></mask><g mask="url(#m)">{TWO}</g>',
    "gradient-alpha": f'<linearGradient id="g">{FADE}</linearGradient>{RECT} rx="10" fill="url(#g)"/>',
    "gradient-radial-alpha": f'{TWO}<radialGradient id="g">{FADE}</radialGradient><circle cx="60" cy="30" r="26" fill="url(#g)"/>',
    "gradient-reflect": f'<linearGradient id="g" x2=".2" spreadMethod="reflect">{THREE}</linearGradient>{RECT} fill="url(#g)"/>',
    "gradient-repeat": f'<radialGradient id="g" r=".2" spreadMethod="repeat">{THREE}</radialGradient>{RECT} fill="url(#g)"/>',
    "group-opacity": f'<g opacity=".5">{TWO}</g>',
    "group-opacity-stroke": '<rect x="20" y="12" width="80" height="36" fill="#ffd200" stroke="#143c8c" stroke-width="12" opacity=".5"/>',
    "blend-multiply": f'<g style="isolation:isolate">{TWO}<circle cx="60" cy="30" r="20" fill="#ffd200" style="mix-blend-mode:multiply"/></g>',
    "blend-screen": f'{TWO}<circle cx="60" cy="30" r="20" fill="#808000" style="mix-blend-mode:screen"/>',
    "blend-difference": f'{TWO}<circle cx="60" cy="30" r="20" fill="#ffd200" style="mix-blend-mode:difference"/>',
    "pattern": f'<pattern id="p" width="40" height="22" patternUnits="userSpaceOnUse"><circle cx="20" cy="11" r="9" fill="#c8143c"/></pattern>{RECT} fill="url(#p)"/>',
    "pattern-turned": f'<pattern id="p" width="24" height="24" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="12" height="24" fill="#143c8c"/></pattern><path d="{STAR}" fill="url(#p)"/>',
    "filter-blur": f'<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><g filter="url(#f)">{TWO}</g>',
    "filter-shadow": f'<filter id="f"><feDropShadow dx="3" dy="3" stdDeviation="1.5" flood-opacity=".5"/></filter><circle cx="60" cy="30" r="20" fill="#c8143c" filter="url(#f)"/>',
    "filter-colour-matrix": f'<filter id="f"><feColorMatrix type="hueRotate" values="90"/></filter><g filter="url(#f)">{TWO}</g>',
    "filter-merge": f'<filter id="f"><feGaussianBlur in="SourceAlpha" stdDeviation="2" result="b"/><feOffset in="b" dx="2" dy="2"/><feMerge><feMergeNode/><feMergeNode in="SourceGraphic"/></feMerge></filter><g filter="url(#f)">{TWO}</g>',
    "filter-turbulence": f'<filter id="f"><feTurbulence baseFrequency=".1" numOctaves="2"/><feComposite operator="in" in2="SourceGraphic"/></filter>{RECT} filter="url(#f)"/>',
    "clip-overlapping": f'<clipPath id="c"><circle cx="45" cy="30" r="22"/><rect x="55" y="15" width="50" height="30"/></clipPath><g clip-path="url(#c)">{TWO}</g>',
    "combination-glow": f'{LINEAR}<filter id="f"><feGaussianBlur stdDeviation="3"/></filter><mask id="m"><circle cx="60" cy="30" r="26" fill="#fff"/></mask>'
    f'<g mask="url(#m)">{RECT} fill="url(#g)"/><circle cx="60" cy="30" r="14" fill="#fff" filter="url(#f)"/></g>',
    "combination-photo-mask": f'<mask id="m"><ellipse cx="60" cy="30" rx="50" ry="24" fill="#fff"/></mask><image mask="url(#m)" x="10" width="100" height="60" preserveAspectRatio="xMidYMid slice" href="{JPEG}"/>',
    "text-shadow": '<filter id="f"><feDropShadow dx="1" dy="1" stdDeviation=".8"/></filter><text x="6" y="40" font-size="28" fill="#143c8c" filter="url(#f)">Shadow</text>',
}

# Whole files: what drawing programs write around the drawing.
FILES = {
    "shapes-program-doctype": '<?xml version="1.0" encoding="utf-8"?>\n<!-- Generator: a drawing program -->\n'
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    '<svg version="1.1" id="Layer_1" xmlns="http://www.w3.org/2000/svg" x="0px" y="0px" viewBox="0 0 120 60" style="enable-background:new 0 0 120 60;" xml:space="preserve">'
    '<style type="text/css">\n\t.st0{fill:#00AA66;}\n</style><rect class="st0" x="5" y="5" width="110" height="50"/></svg>',
    "shapes-program-entities": '<?xml version="1.0" encoding="utf-8"?>\n<!-- Generator: a drawing program -->\n'
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n'
    '\t<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">\n\t<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">\n'
    '\t<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n\t<!ENTITY st1 "fill:#143C8C;">\n]>\n'
    '<svg version="1.1" id="Layer_1" xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="&ns_svg;" viewBox="0 0 120 60" style="enable-background:new 0 0 120 60;" xml:space="preserve">'
    '<style type="text/css">\n\t.st0{fill:#00AA66;}\n</style><switch><foreignObject requiredExtensions="&ns_ai;" x="0" y="0" width="1" height="1"/>'
    '<g i:extraneous="self"><rect class="st0" x="5" y="5" width="55" height="50"/><rect style="&st1;" x="60" y="5" width="55" height="50"/></g></switch></svg>',
    "shapes-program-metadata": '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" width="120mm" height="60mm" viewBox="0 0 120 60" version="1.1" sodipodi:docname="logo.svg">'
    '<sodipodi:namedview pagecolor="#ffffff" inkscape:zoom="1"/><metadata><?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?></metadata>'
    '<g inkscape:label="Layer 1" inkscape:groupmode="layer"><circle cx="60" cy="30" r="25" style="fill:#c8143c"/></g></svg>',
    "shapes-css-variables": HEAD + "<style>:root{--brand:#00aa66;--line:var(--brand)} .a{fill:var(--brand)} .b{stroke:var(--line);fill:var(--none, #ffd200)}</style>"
    '<rect class="a" x="8" y="8" width="46" height="44"/><rect class="b" x="66" y="11" width="40" height="38" stroke-width="6"/></svg>',
    "shapes-css-modern-colours": HEAD + '<rect x="8" y="8" width="46" height="44" style="fill:#00AA66;fill:color(display-p3 0.2471 0.6549 0.4275);fill-opacity:1"/>'
    '<rect x="66" y="8" width="46" height="44" fill="#143c8c icc-color(acmecmyk, 0.11, 0.48, 0.83, 0)"/></svg>',
}


def main():
    for old in FOLDER.glob("*.svg"):
        old.unlink()
    files = dict(FILES)
    files.update({f"shapes-{name}": HEAD + body + "</svg>" for name, body in SHAPES.items()})
    files.update({f"pixels-{name}": HEAD + body + "</svg>" for name, body in PIXELS.items()})
    for name, text in files.items():
        (FOLDER / f"{name}.svg").write_text(text + "\n")
    print(len(files), "drawings")


if __name__ == "__main__":
    main()
