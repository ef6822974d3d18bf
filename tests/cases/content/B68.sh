#!/bin/sh
. "$(dirname "$0")/../lib.sh"
MAXT=5; for C in ra rb rc rs ring; do req -L -H 'Accept: text/html' "${IDBASE}$C"; is_status 200 "page of $C within 5 s"; done
body_has 'Ring A' 'scheme page reaches A'; body_has 'Ring self' 'scheme page reaches the self-loop'
done_
