#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/html' "${IDBASE}sev"; is_status 200 'collection page'
py '0 < t.find("zz low") < t.find("mm middle") < t.find("aa high")' 'order of the list is kept'
req -L -H 'Accept: text/html' "${IDBASE}s-low"; is_status 200 'member page'; body_has 'Severity' 'names the ordered collection'; body_has 'Plain collection' 'names the plain one'
done_
