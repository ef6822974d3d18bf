#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/html' "${IDBASE}odd-names"; is_status 200 'collection page'
python3 - "$T/b" "${IDBASE}odd-names" >"$T/links" <<'PY'
import sys, re, html, urllib.parse as u
t = open(sys.argv[1], encoding="utf-8", errors="replace").read()
for m in re.finditer(r'<a\b[^>]*?href\s*=\s*("([^"]*)"|\'([^\']*)\')[^>]*>(.*?)</a>', t, re.S | re.I):
    if "ODD" in m.group(4): print(u.urljoin(sys.argv[2], html.unescape(m.group(2) or m.group(3) or "")) + "\t" + re.sub(r"<[^>]*>", "", m.group(4)).strip())
PY
n=0; while IFS="$(printf '\t')" read -r L W; do n=$((n+1)); req -L -H 'Accept: text/html' "$L"; is_status 200 "$W"; body_has "$(echo "$W" | grep -o 'ODD [a-z ]*[a-z]')" "shows $W"; done <"$T/links"
[ $n -ge 5 ] && pass "5 links found" || fail "only $n of 5 links carry the labels"
done_
