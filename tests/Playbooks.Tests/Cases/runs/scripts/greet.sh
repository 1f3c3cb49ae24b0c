#!/bin/sh -u
# Greets whom it is told to; says more than was asked on standard error.
echo "hello $1"
cat
echo "$# arguments" >&2
[ "$1" != nobody ]
