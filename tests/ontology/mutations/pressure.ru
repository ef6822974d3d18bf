PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX pressure: <https://w3id.org/samgraf/id/pressure/>
PREFIX qualifier: <https://w3id.org/samgraf/id/qualifier/>
DELETE DATA { pressure:from-own-business-community sg:qualifier qualifier:at-times }
