#!/bin/sh
# room.sh PLACE PERCENT: is so much of a file system free?
used=$(df -P "$1" | awk 'NR == 2 { sub("%", "", $5); print $5 }')
if [ $((100 - used)) -ge "$2" ]; then echo enough; else echo "only $((100 - used))%"; exit 1; fi
