"""The screener `images`: metadata, known pictures, faces, nudity and text in encoded images."""
