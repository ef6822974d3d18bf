#!/bin/sh
. "$(dirname "$0")/../lib.sh"
F="-H X-Forwarded-Proto:https -H X-Forwarded-Host:data.example"
for U in "$BASE/" "$ONTOURL" "$EP"; do
  req $F -H 'Accept: text/html' "$U"; L=$(hdr location)
  case "$L" in *127.0.0.1*|*localhost*|http://*) [ "${TRUST:-0}" = 1 ] && fail "$U Location: $L" || pass "$U (trust off) $L";; *) pass "$U Location '$L'";; esac
  if [ "${TRUST:-0}" = 1 ]; then body_lacks 'https?://(127\.0\.0\.1|localhost)' "$U has no internal links"; else body_lacks 'data\.example' "$U ignores untrusted headers"; fi
done
done_
