# Prints what `ansible-inventory --list` says of many inventories: a line of JSON for each line of standard input, which holds the
# sources of one, separated by tabs. Ansible is loaded once, and each inventory is read in a process of its own. Started with Debian's
# own python3, which has Ansible's modules.
import json
import os
import sys
import tempfile

from ansible.cli.inventory import InventoryCLI

for line in sys.stdin:
    with tempfile.NamedTemporaryFile() as output:
        arguments = ["ansible-inventory", "--list", "--output", output.name]
        for source in line.rstrip("\n").split("\t"):
            arguments += ["-i", source]
        if os.fork() == 0:
            try:
                InventoryCLI(arguments).run()
            except BaseException as e:
                if not isinstance(e, SystemExit):
                    print(e, file=sys.stderr)
            os._exit(0)
        os.wait()
        with open(output.name) as written:
            text = written.read()
        print(json.dumps(json.loads(text) if text else None), flush=True)
