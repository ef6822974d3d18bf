#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/turtle' "${IDBASE}y1"; is_status 200 'Turtle of the resource'
for L in '"1982"' '"1982-05"' '"--05-17"' '"-0500"'; do body_has "$L" "keeps $L"; done; body_lacks '1982-01-01' 'no invented day'
done_
