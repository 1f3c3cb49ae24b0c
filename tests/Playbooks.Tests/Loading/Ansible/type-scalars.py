# Types each line of standard input as PyYAML types a value without quotes, and prints it as JSON; `?` where it is no such value.
import json
import sys

import yaml

for line in sys.stdin:
    text = line.rstrip("\n")
    try:
        value = yaml.safe_load("x: " + text)["x"]
        print(json.dumps(value, allow_nan=False) if text[:1] not in "-?" or isinstance(value, (int, float, str)) else "?")
    except Exception:
        print("?")
