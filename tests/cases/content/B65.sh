#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: text/html' "${IDBASE}enc"; is_status 200 page; body_lacks '%253D|%2526' 'nothing is encoded twice'
body_has 'href="https://other\.example/q\?a=%26b&amp;c=d"|href="https://other\.example/q\?a=%26b&#38;c=d"' 'outside link is exact'
req -L -H 'Accept: text/turtle' "${IDBASE}row/id%3D100"; is_status 200 'the internal target'; body_has 'row 100' 'its label'
done_
