#!/bin/sh
. "$(dirname "$0")/../lib.sh"
# the stranger is no partner; the partner's /redirect leads there
: >"$STRANGER_LOG"
V=http://127.0.0.1:$STRANGER/sparql
sparql "SELECT * { SERVICE <$V> { ?s ?p ?o } }"; is_status '4..|5..' 'fixed address'
sparql "SELECT * { BIND(<$V> AS ?e) SERVICE ?e { ?s ?p ?o } }"; is_status '4..|5..|200' 'bound variable'
sparql "SELECT * { SERVICE SILENT <$V> { ?s ?p ?o } }"; is_status '4..|200' 'SILENT'
sparql "SELECT * { { SELECT * { SERVICE <$V> { ?s ?p ?o } } } }"; is_status '4..|5..' 'in a subquery'
sparql "SELECT * { VALUES ?x { 1 } FILTER EXISTS { SERVICE <$V> { ?s ?p ?o } } }"; is_status '4..|5..|200' 'in EXISTS'
sparql "SELECT * { SERVICE <http://127.0.0.1:$PARTNER/redirect> { ?s ?p ?o } }"; is_status '4..|5..' 'redirect to a forbidden place'
sparql "SELECT * FROM <$V> { ?s ?p ?o }"; is_status '4..|200' 'FROM does not fetch'
req -X POST "$EP" -H 'Content-Type: application/sparql-update' --data-binary "LOAD <$V>"; is_status '4..|501' LOAD
[ -s "$STRANGER_LOG" ] && fail "the forbidden listener was called: $(wc -l <"$STRANGER_LOG") times" || pass 'the forbidden listener was never called'
done_
