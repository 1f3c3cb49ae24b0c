# Types each value (a line of standard input, in hex) as Ansible's INI reader does, and prints it as JSON; `?` where it has no such form.
import ast
import json
import sys
import warnings

warnings.simplefilter("ignore")


def printable(value):
    if isinstance(value, (list, tuple)):
        return all(printable(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, (str, int, float, bool, type(None))) and printable(item) for key, item in value.items())
    return isinstance(value, (str, int, float, bool, type(None)))


for line in sys.stdin:
    text = bytes.fromhex(line.strip()).decode()
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    except Exception:
        value = ...
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    try:
        print(json.dumps(value, allow_nan=False) if printable(value) else "?")
    except ValueError:
        print("?")
