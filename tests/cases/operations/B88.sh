#!/bin/sh
. "$(dirname "$0")/../lib.sh"
B6=${B6:-http://[::1]:8080}   # product started with --host ::1
req -H 'Accept: application/sparql-results+json' "$B6/sparql?query=ASK%7B%7D"; is_status 200 "endpoint at $B6"
req -H 'Accept: text/html' "$B6/"; is_status 200 'start page'; body_lacks 'https?://::1' 'no address without brackets'
req -H 'Accept: text/turtle' "$B6/sparql"; body_lacks '<https?://::1' 'description is right too'
done_
