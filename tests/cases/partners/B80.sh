#!/bin/sh
. "$(dirname "$0")/../lib.sh"
: >"$PARTNER_LOG"
sparql 'PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT * { SERVICE <http://127.0.0.1:'"$PARTNER"'/sparql> { VALUES ?val { "8"^^xsd:float "0.8"^^xsd:double "x"@de "2020"^^xsd:gYear } ?s <http://bugs.example/onto#l> ?val } }'
cp "$PARTNER_LOG" "$T/b"
for W in 'XMLSchema#float|xsd:float' 'XMLSchema#double|xsd:double' '@de' 'XMLSchema#gYear|xsd:gYear'; do body_has "$W" "sent text holds $W"; done
done_
