# Parts each line (of standard input, in hex) into words as Ansible's INI reader does, and prints them as JSON; null where it cannot.
import json
import shlex
import sys

for line in sys.stdin:
    try:
        print(json.dumps(shlex.split(bytes.fromhex(line.strip()).decode(), comments=True)))
    except ValueError:
        print("null")
