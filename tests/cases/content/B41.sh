#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/turtle' "${IDBASE}dz"; is_status 200 'Turtle of the resource'
for L in '"2015-09-24Z"' '"2015-09-24-06:00"' '"2015-09-24"\^\^'; do body_has "$L" "keeps $L"; done
done_
