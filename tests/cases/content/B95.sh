#!/bin/sh
. "$(dirname "$0")/../lib.sh"
t() { req -L -H 'Accept: text/html' "${SEARCH}$1"; is_status 200 "search $1"; body_has "$2" "finds $2 by $1"; }
t 12306 '铁路12306'; t %E7%99%BE%E7%A7%91 '維基百科'; t AR-7 'AR-7'; t C%2B%2B 'C\+\+<|C\+\+'
for W in '%22' "'" '(' '*' '%25' '%5C' 'a%00b' '%EF%BF%BF' '-'; do req -L -H 'Accept: text/html' "${SEARCH}$W"; is_status '200|400' "search of the sign $W"; done

t %E8%88%AA%E7%BA%BF '/doc/a"'; t 8812 '/doc/a"'; t %E5%9B%B3%E6%9B%B8 '/doc/b"'; t valid '/doc/d"'
done_
