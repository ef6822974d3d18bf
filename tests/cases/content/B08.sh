#!/bin/sh
. "$(dirname "$0")/../lib.sh"
for U in "$BASE/" "$EP?query=ASK%7B%7D" "$EP"; do
  req -H 'Accept: */*' "$U"; G=$STATUS; C=$(hdr content-type)
  req -I -H 'Accept: */*' "$U"
  [ "$STATUS" = "$G" ] && pass "HEAD $U -> $STATUS as GET" || fail "HEAD $U -> $STATUS, GET $G"
  [ "$(hdr content-type)" = "$C" ] && pass "same type for $U" || fail "HEAD type '$(hdr content-type)', GET '$C' for $U"
done
done_
