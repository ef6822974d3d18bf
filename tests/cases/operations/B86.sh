#!/bin/sh
. "$(dirname "$0")/../lib.sh"
PFX=${PFX:-/kg}   # give BASE and EP with the prefix, e.g. BASE=http://127.0.0.1:8080/kg
for U in "$BASE/" "$EP"; do
  req -L -H 'Accept: text/html' "$U"; is_status 200 "$U"
  grep -oE '(src|href|action)="(/[^"]*)"' "$T/b" | sed -E 's/^[a-z]+="//; s/"$//; s/&amp;/\&/g' | sort -u >"$T/l"
  while read -r L; do case "$L" in "$PFX"/*|"$PFX"|//*) :;; *) fail "$U points to $L";; esac; done <"$T/l"
  grep -E "^$PFX/.*\.(css|js|png|svg|ico)" "$T/l" | while read -r L; do S=$(curl -gs -o /dev/null -w '%{http_code}' "$(echo "$BASE" | sed "s#$PFX\$##")$L"); [ "$S" = 200 ] && pass "$L" || fail "$L -> $S"; done
done
done_
