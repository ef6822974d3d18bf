PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX region: <https://w3id.org/samgraf/id/region/>
PREFIX region-kind: <https://w3id.org/samgraf/id/region-kind/>
DELETE DATA { region:economic-2017-1791 sg:regionKind region-kind:economic-region }
