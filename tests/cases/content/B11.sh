#!/bin/sh
. "$(dirname "$0")/../lib.sh"
RES=${RES:-${IDBASE}vary-sample}
for A in text/html text/turtle application/json; do
  req -H "Accept: $A" "$RES"; hdr_has vary '(^|, *)(accept|\*)(,|$| )' "resource as $A -> $STATUS"
  req -H "Accept: $A" "$EP?query=ASK%7B%7D"; hdr_has vary '(^|, *)(accept|\*)(,|$| )' "endpoint as $A -> $STATUS"
done
req -H 'Accept: image/png' "$RES"; hdr_has vary '(^|, *)(accept|\*)(,|$| )' "refused form -> $STATUS"
done_
