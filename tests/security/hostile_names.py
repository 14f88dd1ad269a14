"""Names that would do something if they were shown as they are."""

NAMES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</title><script>alert(1)</script>",
    "&lt;b&gt; &amp; &#x3c;",
    "[click](javascript:alert(1))",
    "![x](https://example.org/track.png)",
    "<javascript:alert(1)>",
    "<https://example.org>",
    "https://example.org www.example.org",
    "[x]: javascript:alert(1)",
    "a | b | c",
    "**bold** _it_ ~~gone~~ `code` $x^2$",
    "``` fence",
    "back\\slash \\[x\\](y)",
    "C # #",
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m C1",
    "line\nbreak\r\n# Heading",
    "tab\tand \x00 NUL",
    "cat \u202egpj.exe",
    "\u2066isolate\u2069 \u200emark",
    "zero\u200bwidth \ufeff \U000e0041tag",
    "line\u2028separator\u2029paragraph",
    "half \ud83d pair",
)
"""Names of classes, files or directories, as somebody else's data may have them."""

PLAIN = (
    "glass", "naïve café", "日本\u3000語", "مي\u200cخواهم", "👩\u200d🔬", "dog (small), 2.5 kg",
    "a_b",
)  # fmt: skip
"""Names that stay as they are."""
