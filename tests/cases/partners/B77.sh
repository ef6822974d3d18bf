#!/bin/sh
. "$(dirname "$0")/../lib.sh"
ok() { sparql "SELECT * { SERVICE <$1> { ?s <http://bugs.example/onto#l> ?label } }"; is_status 200 "allowed: $1"; }
no() { sparql "SELECT * { SERVICE <$1> { ?s <http://bugs.example/onto#l> ?label } }"; is_status '4..|5..' "refused: $1"; body_lacks 'Über' "no remote data from $1"; }
ok http://127.0.0.1:$PARTNER/sparql
# IRIs are compared as written (RDF 1.1 Concepts, section 3.2)
for X in HTTP://127.0.0.1:$PARTNER/sparql http://127.0.0.1:$PARTNER.evil.example/sparql http://127.0.0.1:$PARTNER@evil.example/sparql http://127.0.0.1:${PARTNER}0/sparql http://127.0.0.1:$PARTNER/sparqlx http://127.0.0.1:$PARTNER/sparql/../err http://127.0.0.1:$PARTNER/%73parql?x http://user:pw@127.0.0.1:$PARTNER/sparql http://localhost:$PARTNER/sparql http://[::1]:$PARTNER/sparql http://2130706433:$PARTNER/sparql file:///etc/hostname ftp://127.0.0.1:$PARTNER/sparql; do no "$X"; done
done_
