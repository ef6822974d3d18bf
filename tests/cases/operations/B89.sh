#!/bin/sh
. "$(dirname "$0")/../lib.sh"
LOGF=${LOGF:?the access log of the product}
N0=$(wc -l <"$LOGF"); req "$BASE/nothing%0A127.0.0.1%20forged%20line"; req -A 'agent" "x' "$EP?query=ASK%7B%3Fs%20%3Fp%20%22Erika%20Mustermann%0Aforged%22%7D"; sleep 1
tail -n +$((N0+1)) "$LOGF" >"$T/b"; py 'len(t.splitlines()) == 2' 'two requests, two lines'; py 'not any(l.startswith("127.0.0.1 forged") or l.startswith("forged") for l in t.splitlines())' 'no forged line'
grep -q Mustermann "$T/b" && echo "NOTE query text is in the log: must be documented and switchable" || echo "NOTE query text is not in the log"
done_
