"""A picture that somebody sent, made anew in a process of its own: small, plain, and nothing in it but what one sees.

`python -m knowledge.loaders.picture_process` takes the bytes on its standard input and answers with a JPEG; with nothing,
and exit code 1, for what is no picture or a hostile one.
"""

import io
import resource
import sys

from PIL import Image, ImageOps

MOST_MEMORY = 1024 * 1024 * 1024
MOST_CPU_S = 20
MOST_PIXELS = 60_000_000
SIDE = 1280
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def small(data: bytes) -> bytes:
    """A JPEG of at most 1280 pixels a side, upright, without any of the original's notes on place and camera.

    Raises `ValueError`, `OSError` and what else the picture's format has for what is none.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((SIDE, SIDE))
        with_alpha = upright.convert("RGBA")
    plain = Image.new("RGB", with_alpha.size, "white")
    plain.paste(with_alpha, mask=with_alpha.getchannel("A"))
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=85)
    return made.getvalue()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    try:
        made = small(sys.stdin.buffer.read())
    except Exception:  # whatever a format's reader stumbles upon
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
