PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX membership: <https://w3id.org/samgraf/id/membership/>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
INSERT DATA { membership:luroy-rana sg:memberUnit municipality:senja }
