PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX region: <https://w3id.org/samgraf/id/region/>
PREFIX region-kind: <https://w3id.org/samgraf/id/region-kind/>
DELETE DATA { region:ba-2020-115 sg:regionKind region-kind:labour-market-region }
