#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/turtle' "${IDBASE}C%C3%A1diz"; is_status 200 'only percent spelling'; body_has 'only percent spelling' 'its label'; body_has 'C\\?%C3\\?%A1diz' 'IRI printed as stored'
req -L -H 'Accept: text/turtle' "${IDBASE}M%C3%A1laga"; is_status 200 'only letter spelling'; body_has 'only letter spelling' 'its label'
req -L -H 'Accept: text/turtle' "${IDBASE}Ja%C3%A9n"; is_status 200 'both spellings'; body_has 'percent spelling|letter spelling' 'not empty'
sparql 'SELECT ?l { VALUES ?s { <http://bugs.example/id/Jaén> } ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }'; py '[r["l"]["value"] for r in rows()] == ["Jaen, letter spelling"]' 'SPARQL keeps them apart'

for N in Gr%C3%BCn a%3D1 New%20Town who%3F; do req -L -H 'Accept: text/turtle' "$IDBASE$N"; is_status 200 "$N"; body_has 'label' "$N has its label"; done
for U in /id/a%3Fb /id/a%23b /doc/a%5Bb /doc/100%25 /doc/a%7Fb /doc/%FF /x%FF /ontology/a%5Bb /ontology/%FF /vocabulary/%FF /graph/%FF /doc/%EE%80%80 '/doc/a[1]'; do req -L "$BASE$U"; is_status '400|404' "no IRI: $U"; done
done_
