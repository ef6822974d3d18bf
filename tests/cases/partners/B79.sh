#!/bin/sh
. "$(dirname "$0")/../lib.sh"
V=$(awk 'BEGIN{for(i=0;i<2000;i++) printf "<http://bugs.example/id/long-list-entry/%05d> ", i}')
printf 'SELECT (COUNT(?s) AS ?n) { VALUES ?s { %s } }' "$V" >"$T/q"
req "$EP" -H 'Accept: application/sparql-results+json' --data-urlencode "query@$T/q"; is_status 200 'form POST, 90 kB'; py 'val(0,"n") == "2000"' 'all rows'
req -X POST "$EP" -H 'Content-Type: application/sparql-query' -H 'Accept: application/sparql-results+json' --data-binary @"$T/q"; is_status 200 'direct POST, 90 kB'
: >"$PARTNER_LOG"
printf 'SELECT ?s ?label { SERVICE <http://127.0.0.1:'"$PARTNER"'/sparql> { VALUES ?s { %s } ?s <http://bugs.example/onto#l> ?label } }' "$(echo "$V" | cut -c 1-60000 | sed "s/<[^>]*$//")" >"$T/q"
req "$EP" -H 'Accept: application/sparql-results+json' --data-urlencode "query@$T/q"; is_status 200 'long SERVICE'
python3 -c 'import json,sys; r=[json.loads(l) for l in open(sys.argv[1])]; sys.exit(0 if r and all(x["method"]=="POST" or x["url_length"]<8000 for x in r) else 1)' "$PARTNER_LOG" && pass 'remote was asked by POST or short GET' || fail 'remote was asked by a long GET, or not at all'
done_
