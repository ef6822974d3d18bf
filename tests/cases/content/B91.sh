#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/turtle' "$BASE/.well-known/void"; is_status 200 well-known; ct_is text/turtle Turtle; body_has 'rdfs\.org/ns/void#' 'VoID'; body_has 'sparqlEndpoint' 'names the endpoint'; body_has 'licen[cs]e' 'licence'
python3 - "$T/b" >"$T/d" <<'PY'
import re, sys
t = open(sys.argv[1], encoding="utf-8").read()
for m in re.finditer(r'(?:void:dataDump|ns/void#dataDump>|dcat:downloadURL|ns/dcat#downloadURL>)\s+((?:<[^>]*>\s*,?\s*)+)', t):
    print("\n".join(re.findall(r"<([^>]*)>", m.group(1))))
PY
while read -r L; do case "$L" in http*) :;; *) L="$BASE/${L#/}";; esac; L=$(echo "$L" | sed "s,^http://bugs.example/,$BASE/,"); S=$(curl -gsL -m 60 -o /dev/null -w '%{http_code}' "$L"); [ "$S" = 200 ] && pass "dump $L" || fail "dump $L -> $S"; done <"$T/d"
done_
