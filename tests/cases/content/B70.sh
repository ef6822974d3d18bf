#!/bin/sh
. "$(dirname "$0")/../lib.sh"
U=$BASE/ontology; req -L -H 'Accept: text/html' "$U"; is_status 200 'term list'
for W in Bare BareProp OnlyRange; do body_has ">[^<]*$W[^A-Za-z]" "lists $W"; done
done_
