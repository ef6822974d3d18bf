#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/html' -H 'Accept-Language: en' "${IDBASE}kg"; is_status 200 page
body_has 'KGM' 'first notation'; body_has '[>"( ]kg[<") ]' 'second notation'; body_has '<title>[^<]*kilogramme' 'English title from en-GB'
body_has 'only rdfs label' 'related concept by its rdfs label'
req -L -H 'Accept: text/html' -H 'Accept-Language: sw' "${IDBASE}kg"; body_lacks '<title>[^<]*http' 'no IRI as title while labels exist'

title() { req -L -H 'Accept: text/html' -H "Accept-Language: $2" "${IDBASE}$1"; body_has "<title>$3" "$1 in $2"; }
title tin en 'tin \(metal\)'
for L in en nb sw; do title f1 $L auto; title f2 $L zug; done
done_
