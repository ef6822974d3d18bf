#!/bin/sh
. "$(dirname "$0")/../lib.sh"
U="${IDBASE}%D0%BA%D0%BE%D0%B3%D0%B4%D0%B0_%D1%80%D0%B0%D0%BA_%D0%BD%D0%B0_%D0%B3%D0%BE%D1%80%D0%B5"
req -L -H 'Accept: text/html' "$U"; is_status 200 'Cyrillic page'; body_has 'когда рак' 'label'; body_lacks 'Ð|Ã©' 'no mojibake'
py 'any("datov" in __import__("urllib.parse").parse.unquote(h) and "datové-sady" in __import__("urllib.parse").parse.unquote(h) for h in re.findall(r"href=\"([^\"]*)\"", t))' 'link to the Czech one decodes right'
req -L -H 'Accept: text/turtle' "${IDBASE}datov%C3%A9-sady"; is_status 200 'Czech Turtle'; body_has 'когда_рак_на_горе|\\u043A|%D0%BA' 'IRI in the Turtle'
done_
