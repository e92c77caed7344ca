/* ladder_style.h: how the SVG of a ladder or a diagram is coloured, in light and in dark.
 *
 * Without variables and other CSS that renderers for documents do not know.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LADDER_STYLE_H
#define TCPS_LADDER_STYLE_H

#define LADDER_STYLE                                                                                                   \
    "<style>\n"                                                                                                        \
    "text { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 12px; fill: #1f2328 }\n"           \
    ".small { font-size: 11px }\n"                                                                                     \
    ".words { font-family: 'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif; font-size: 11px }\n"                  \
    ".dim { fill: #656d76 }\n"                                                                                         \
    ".bold { font-weight: bold }\n"                                                                                    \
    ".page, .veil { fill: #ffffff }\n"                                                                                 \
    ".veil { fill-opacity: 0.75 }\n"                                                                                   \
    ".lane { stroke: #8c959f }\n"                                                                                      \
    ".presumed, .elapsed, .unknown { stroke-dasharray: 4 3 }\n"                                                        \
    ".UNKNOWN { fill: #f3f4f6 } .CLOSED { fill: #dde1e5 } .LISTEN { fill: #cfdbe6 }\n"                                 \
    ".SYN_SENT, .SYN_RCVD { fill: #ffe08a } .ESTABLISHED { fill: #aadfb2 }\n"                                          \
    ".FIN_WAIT_1 { fill: #a9d6f5 } .FIN_WAIT_2 { fill: #8fbdf0 } .TIME_WAIT { fill: #b9c1f4 }\n"                       \
    ".CLOSE_WAIT { fill: #ffb98a } .LAST_ACK { fill: #eeb4c8 } .CLOSING { fill: #d2bdf2 }\n"                           \
    ".arrow { stroke: #57606a; stroke-width: 1.4; fill: none } .head { fill: #57606a }\n"                              \
    ".arrow.syn { stroke: #9a6700 } .head.syn { fill: #9a6700 }\n"                                                     \
    ".arrow.fin { stroke: #0969da } .head.fin { fill: #0969da }\n"                                                     \
    ".arrow.rst { stroke: #cf222e } .head.rst { fill: #cf222e }\n"                                                     \
    ".rule { stroke: #afb8c1; stroke-dasharray: 1 4 }\n"                                                               \
    ".box { fill: #f6f8fa; stroke: #8c959f }\n"                                                                        \
    ".bar { fill: #8c959f } .bar.warn { fill: #d4780a } .bar.error { fill: #cf222e } .bar.note { fill: #0969da }\n"    \
    "@media (prefers-color-scheme: dark) {\n"                                                                          \
    "text { fill: #e6edf3 } .dim { fill: #8d96a0 }\n"                                                                  \
    ".page, .veil { fill: #0d1117 }\n"                                                                                 \
    ".lane { stroke: #6e7681 }\n"                                                                                      \
    ".UNKNOWN { fill: #1c2128 } .CLOSED { fill: #373e47 } .LISTEN { fill: #2d3f52 }\n"                                 \
    ".SYN_SENT, .SYN_RCVD { fill: #6e5200 } .ESTABLISHED { fill: #1c5c2e }\n"                                          \
    ".FIN_WAIT_1 { fill: #12507c } .FIN_WAIT_2 { fill: #1a4693 } .TIME_WAIT { fill: #3c4293 }\n"                       \
    ".CLOSE_WAIT { fill: #8a4413 } .LAST_ACK { fill: #7d2f52 } .CLOSING { fill: #553a8c }\n"                           \
    ".arrow { stroke: #9198a1 } .head { fill: #9198a1 }\n"                                                             \
    ".arrow.syn { stroke: #d29922 } .head.syn { fill: #d29922 }\n"                                                     \
    ".arrow.fin { stroke: #58a6ff } .head.fin { fill: #58a6ff }\n"                                                     \
    ".arrow.rst { stroke: #ff7b72 } .head.rst { fill: #ff7b72 }\n"                                                     \
    ".rule { stroke: #484f58 } .box { fill: #161b22; stroke: #6e7681 }\n"                                              \
    "}\n"                                                                                                              \
    "</style>\n"

/* Over a lane's colour: how certain the state is. */
#define LADDER_PATTERNS                                                                                                \
    "<defs>\n"                                                                                                         \
    "<pattern id=\"tcps-presumed\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" "                          \
    "patternTransform=\"rotate(45)\"><rect class=\"veil\" width=\"4\" height=\"8\"/></pattern>\n"                      \
    "<pattern id=\"tcps-elapsed\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"                           \
    "<circle class=\"veil\" cx=\"4\" cy=\"4\" r=\"2.6\"/></pattern>\n"                                                 \
    "<pattern id=\"tcps-unknown\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"                           \
    "<rect class=\"veil\" width=\"8\" height=\"8\"/></pattern>\n"                                                      \
    "</defs>\n"

#endif
