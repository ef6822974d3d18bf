#!/bin/sh
. "$(dirname "$0")/../lib.sh"
for C in gg ge1 ge2 ge3 ge4 ge5 ge6 ge7; do req -L -H 'Accept: text/html' "${IDBASE}$C"; is_status 200 "page of $C"; done
req -L -H 'Accept: text/html' "${MAP:-$BASE/map}"; is_status 200 'map page'

body_has 'Good point' 'the good point is told'
req "$BASE/map.geojson"; py 'sum(f["geometry"]["coordinates"] in ([2.35, 48.86], [3, 49]) for f in d["features"]) == 2' 'good points are shown'
py 'not any(f["geometry"]["type"] == "Polygon" for f in d["features"])' 'no ring that is open'
py 'sum(d["leftOut"].values()) == 7' 'what is left out is counted'
done_
