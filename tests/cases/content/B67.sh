#!/bin/sh
. "$(dirname "$0")/../lib.sh"
req -L -H 'Accept: application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09' "$ONTOURL"
is_status 200 'OWL API header'; ct_is 'application/rdf\+xml' 'RDF/XML'; py 'xml() is not None' 'well-formed'
req -L -H 'Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' "$ONTOURL"; is_status 200 'Java default header (lone *, q=.2)'
req -L -H 'Accept: application/owl+xml, application/rdf+xml;q=0.5, */*;q=0.1' "$ONTOURL"; is_status 200 'OWL/XML first'; ct_is 'application/rdf\+xml|application/owl\+xml' 'an OWL form'
done_
