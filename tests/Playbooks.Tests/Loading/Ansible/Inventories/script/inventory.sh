#!/bin/sh
[ "$1" = --list ] || exit 1
cat <<'JSON'
{"web": {"hosts": ["w1", "w2"], "vars": {"x": 1, "f": 1.0, "s": "yes"}, "children": ["inner"]},
 "inner": ["i1"],
 "empty": {},
 "single": {"y": true},
 "_meta": {"hostvars": {"w1": {"a": [1, {"b": null}], "ansible_host": "192.0.2.1", "big": 123456789012345678901}, "i1": {"ansible_port": 2222}, "unknown": {"z": 1}}}}
JSON
