#!/bin/sh
. "$(dirname "$0")/../lib.sh"
for W in Tammerfors Manse Tamperee; do req -L -H 'Accept: text/html' "${SEARCH}$W"; is_status 200 "search $W"; body_has 'Tampereen(</mark>)? kaupunki' "$W finds the concept"; done
req -L -H 'Accept: text/html' "${SEARCH}extended%20label"; body_has '/doc/xl"' 'SKOS-XL label is found'

req -L -H 'Accept: text/html' "${SEARCH}walnut"; body_has '/doc/w"' 'SKOS-XL label that is a thing'
done_
