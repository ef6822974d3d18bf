#!/bin/sh
. "$(dirname "$0")/../lib.sh"
for C in gg ge1 ge2 ge3 ge4 ge5 ge6 ge7; do req -L -H 'Accept: text/html' "${IDBASE}$C"; is_status 200 "page of $C"; done
req -L -H 'Accept: text/html' "${MAP:-$BASE/map}"; is_status 200 'map page'
done_
