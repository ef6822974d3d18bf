#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req "$BASE/map.geojson"; is_status 200 'the map as data'
at() { py "sum(f['geometry'] == {'type': 'Point', 'coordinates': [$1, $2]} for f in d['features']) == $3" "$3 at $1 E $2 N"; }
at 5 52 6; at 6 50 6
done_
