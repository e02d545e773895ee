"""The command line: thin commands over the library; `output.py` alone prints."""
