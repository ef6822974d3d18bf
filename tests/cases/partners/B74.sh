#!/bin/sh
. "$(dirname "$0")/../lib.sh"
for U in http://127.0.0.1:9/sparql http://127.0.0.1:$PARTNER/html http://127.0.0.1:$PARTNER/err; do
  sparql "SELECT ?n ?label { VALUES ?n { 1 } SERVICE SILENT <$U> { ?s <http://bugs.example/onto#l> ?label } }"
  is_status 200 "SILENT $U"; py 'len(rows()) == 1 and val(0,"n") == "1" and "label" not in rows()[0]' "local row stays ($U)"
  sparql "SELECT ?n ?label { VALUES ?n { 1 } SERVICE <$U> { ?s <http://bugs.example/onto#l> ?label } }"
  is_status '4..|5..' "without SILENT $U"
done
# one that is no partner is refused, SILENT or not: nothing was tried that could be silent
sparql 'SELECT * { SERVICE SILENT <http://not-on-the-list.example/sparql> { ?s ?p ?o } }'
is_status 400 'SILENT to a stranger'; body_has 'is no partner' 'says so'
done_
