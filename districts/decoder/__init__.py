"""The program that decodes uploaded files, and nothing else: `python -I districts/decoder MOST_PAGES < file > pages`.

districts/photos.py runs it once for each file. It is a fresh interpreter without our settings, keys or database; it
limits itself and shuts every door before it looks at the first byte.

The answer is one line of JSON, then the pages' JPEGs one after the other. The line is {"refused": reason, …} or
{"pages": [[bytes, width, height], …]}.
"""
